export { coverSizes, Media, type MediaFile } from './media.ts';
export { mediaRoutes, type MediaRoutesOptions } from './routes.ts';
export { sendFile } from './send-file.ts';
