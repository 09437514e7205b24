import type { TranscodeFormat } from '@consonance/audio';
import type { Track } from '@consonance/library';
import type { Media, MediaFile } from '../media/index.ts';
import { type Question, songOf, songsOf } from './endpoints.ts';
import type { Parameters } from './parameters.ts';
import { SubsonicError } from './protocol.ts';
import { bitRateOf, contentTypeOf } from './views.ts';

type FileEndpoint = (question: Question, media: Media) => Promise<MediaFile>;

/** kbit/s that the encoders take. */
const bitRates = { minimum: 32, maximum: 320 };

/** Endpoints that answer with a file. */
export const fileEndpoints: Record<string, FileEndpoint> = {
  async stream({ consonance, parameters }, media) {
    const track = songOf(await consonance.music(), parameters.required('id'));
    if (parameters.optional('format') === 'raw') {
      return { path: track.path, contentType: contentTypeOf(track) };
    }
    return media.stream(track.path, transcoding(track, parameters));
  },

  async getCoverArt({ consonance, parameters }, media) {
    const id = parameters.required('id');
    const size = parameters.integer('size', { minimum: 1, maximum: 4096, fallback: 1024 });
    const songs = songsOf(await consonance.music(), id);
    const song = songs.find(({ hasCover }) => hasCover) ?? songs[0]!;
    const cover = await media.cover(song.path, size);
    if (cover === undefined) throw new SubsonicError('notFound', `There is no cover for ${id}`);
    return cover;
  },
};

/** What the player wants the file turned into, if not left as it is. */
function transcoding(track: Track, parameters: Parameters) {
  const limit = parameters.integer('maxBitRate', { maximum: bitRates.maximum, fallback: 0 });
  const format = wantedFormat(parameters.optional('format'));
  const isAbove = limit > 0 && (bitRateOf(track) ?? Infinity) > limit;
  if (format === undefined && !isAbove) return undefined;
  if (format === 'flac' && !isAbove) return { format };
  const kilobits = Math.max(bitRates.minimum, limit > 0 ? limit : 192);
  return { format: format === 'opus' ? format : ('mp3' as const), bitRate: kilobits * 1000 };
}

/** A format that nobody can make is as good as none. */
function wantedFormat(name: string | undefined): TranscodeFormat | undefined {
  if (name === 'mp3' || name === 'flac') return name;
  return name === 'opus' || name === 'ogg' ? 'opus' : undefined;
}
