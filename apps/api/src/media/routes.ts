import type { Track } from '@consonance/library';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { trackId } from '../schemas.ts';
import { requireUser } from '../security/index.ts';
import type { Media, MediaFile } from './media.ts';
import { keptForAnHour, notFound, sendFailure, sendFile } from './send-file.ts';

export interface MediaRoutesOptions {
  media: Media;
  trackOf: (id: string) => Promise<Track | undefined>;
}

const coverQuery = z.object({ size: z.coerce.number().int().min(1).max(4096).default(512) });

/** Sound and pictures of tracks, by their ids. Close `media` after the server. */
export async function mediaRoutes(
  app: FastifyInstance,
  { media, trackOf }: MediaRoutesOptions,
): Promise<void> {
  app.addHook('preHandler', requireUser);

  /** Answers with what `find` finds for the track of the request. */
  const get = (
    url: string,
    find: (path: string, request: FastifyRequest) => Promise<MediaFile | object | undefined>,
    cacheControl = keptForAnHour,
  ) =>
    app.get(url, async (request, reply): Promise<FastifyReply> => {
      const { id } = request.params as { id: string };
      const track = trackId.safeParse(id).success ? await trackOf(id) : undefined;
      if (track === undefined) return notFound(reply);
      try {
        const found = await find(track.path, request);
        if (found === undefined) return notFound(reply);
        return 'contentType' in found
          ? await sendFile(request, reply, found as MediaFile, cacheControl)
          : reply.header('cache-control', cacheControl).send(found);
      } catch (error) {
        return sendFailure(error, reply);
      }
    });

  // Workers fetch it, see `consonance worker --audio-from`.
  get('/media/file/:id', async (path) => ({ path, contentType: 'application/octet-stream' }));
  get('/media/stream/:id', (path) => media.stream(path));
  // Another model hears otherwise.
  const asked = 'private, no-cache';
  get('/media/spectrogram/:id.png', (path) => media.spectrogram(path), asked);
  get('/media/spectrogram/:id.json', (path) => media.axes(path), asked);
  get('/media/peaks/:id', (path) => media.peaks(path));
  get('/media/cover/:id', (path, request) => {
    const { success, data } = coverQuery.safeParse(request.query);
    return success ? media.cover(path, data.size) : Promise.resolve(undefined);
  });
}
