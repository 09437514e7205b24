import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Pictures beside the music that players take for the cover, the best first. */
const names = ['cover', 'Cover', 'folder', 'Folder', 'front', 'Front', 'AlbumArt'];
const extensions = ['jpg', 'jpeg', 'png', 'webp'];
const folderPictures = names.flatMap((name) =>
  extensions.map((extension) => `${name}.${extension}`),
);

/** The picture's path, if the track's folder has one. */
export function folderPicture(path: string): string | undefined {
  return folderPictures.map((name) => join(dirname(path), name)).find((file) => existsSync(file));
}
