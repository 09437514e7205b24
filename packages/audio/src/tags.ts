import { parseFile } from 'music-metadata';
import { AudioError, expected } from './errors.ts';
import { checkReadable } from './readable.ts';

/** What the file says about itself; what it does not say is left out. */
export interface TrackTags {
  title?: string;
  artist?: string;
  album?: string;
  albumArtist?: string;
  genres: string[];
  /** Of this release. */
  year?: number;
  /** A picture in the file or beside it; only analyzeFile looks for one. */
  hasCover?: true;
}

/** Reads the tags; cover pictures are skipped. @throws AudioError */
export async function readTags(path: string): Promise<TrackTags> {
  checkReadable(path);
  try {
    const { common } = await parseFile(path, { skipCovers: true, duration: false });
    const title = text(common.title);
    const artist = text(common.artist);
    const album = text(common.album);
    const albumArtist = text(common.albumartist);
    const genres = (common.genre ?? []).map(text).filter((genre) => genre !== undefined);
    const { year } = common;
    return {
      ...(title !== undefined && { title }),
      ...(artist !== undefined && { artist }),
      ...(album !== undefined && { album }),
      ...(albumArtist !== undefined && { albumArtist }),
      genres: [...new Set(genres)],
      ...(Number.isSafeInteger(year) && { year: year! }),
    };
  } catch (error) {
    const received = error instanceof Error ? error.message : String(error);
    throw new AudioError('CORRUPT', expected('readable tags', path, received), { cause: error });
  }
}

/** Without the padding that ID3v1 and some taggers leave. */
function text(value: string | undefined): string | undefined {
  const trimmed = value?.replaceAll('\0', ' ').trim();
  return trimmed === '' ? undefined : trimmed;
}
