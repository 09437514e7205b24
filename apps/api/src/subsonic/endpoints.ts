import { type Collection, type Consonance, listTracks, recommenderOf } from '@consonance/engine';
import type { Track } from '@consonance/library';
import { embeddingOf, recommend, songPath } from '@consonance/recommender';
import type { Parameters } from './parameters.ts';
import { SubsonicError } from './protocol.ts';
import { byName, shelvesOf } from './shelves.ts';
import { albumView, artistView, childView } from './views.ts';

export interface Question {
  consonance: Consonance;
  parameters: Parameters;
  /** The listener's name. */
  listener: string;
}

/** Most items in one answer; clients page through more. */
const most = 500;

/** Endpoints that answer with data, by name: what stands beside `status` in the answer. */
export const endpoints: Record<string, (question: Question) => Promise<object> | object> = {
  ping: () => ({}),

  getLicense: () => ({ license: { valid: true } }),

  /** https://opensubsonic.netlify.app/docs/endpoints/tokeninfo/ */
  tokenInfo: ({ listener }) => ({ tokenInfo: { username: listener } }),

  /** An empty query finds everything, for clients that keep a copy of the library. */
  async search3({ consonance, parameters }) {
    const collection = await consonance.music();
    // Some clients send two quotation marks for nothing.
    const search = parameters.required('query').replaceAll('"', '');
    const page = (kind: string) => ({
      limit: parameters.integer(`${kind}Count`, { maximum: most, fallback: 20 }),
      offset: parameters.integer(`${kind}Offset`, { maximum: Infinity, fallback: 0 }),
    });
    const named = <T extends { name: string }>(kind: string, items: () => Iterable<T>): T[] => {
      const { limit, offset } = page(kind);
      return limit === 0 ? [] : byName(items(), search).slice(offset, offset + limit);
    };
    const songs = listTracks(collection, {
      search,
      sort: 'relevance',
      descending: false,
      ...page('song'),
    });
    return {
      searchResult3: {
        artist: named('artist', () => shelvesOf(collection).artists.values()).map(artistView),
        album: named('album', () => shelvesOf(collection).albums.values()).map(albumView),
        song: songs.tracks.map((track) => childView(collection, track)),
      },
    };
  },

  async getSong({ consonance, parameters }) {
    const collection = await consonance.music();
    return { song: childView(collection, songOf(collection, parameters.required('id'))) };
  },

  /** What method 2 recommends for an artist's songs; for a song or an album likewise. */
  async getSimilarSongs2({ consonance, parameters }) {
    const collection = await consonance.music();
    const { catalogue } = collection;
    const count = parameters.integer('count', { maximum: most, fallback: 50 });
    const seedIds = songsOf(collection, parameters.required('id'))
      .map(({ id }) => id)
      .filter((id) => catalogue.rowOf.has(id));
    const isEmpty = seedIds.length === 0 || count === 0;
    const recommender = recommenderOf(catalogue, { method: 'genre' });
    const similar = isEmpty ? [] : recommend(catalogue, recommender, seedIds, { count });
    const songs = similar.map(({ id }) => childView(collection, songOf(collection, id)));
    return { similarSongs2: { song: songs } };
  },

  /** https://opensubsonic.netlify.app/docs/endpoints/getsonicsimilartracks/ */
  async getSonicSimilarTracks({ consonance, parameters }) {
    const collection = await consonance.music();
    const { catalogue } = collection;
    const { id } = analysedSong(collection, parameters.required('id'));
    const count = parameters.integer('count', { maximum: most, fallback: 10 });
    const recommender = recommenderOf(catalogue, { method: 'cosine' });
    const similar = count === 0 ? [] : recommend(catalogue, recommender, [id], { count });
    return {
      sonicMatch: similar.map((song) => sonicMatch(collection, song.id, song.score)),
    };
  },

  /** https://opensubsonic.netlify.app/docs/endpoints/findsonicpath/ */
  async findSonicPath({ consonance, parameters }) {
    const collection = await consonance.music();
    const { catalogue } = collection;
    const start = analysedSong(collection, parameters.required('startSongId')).id;
    const end = analysedSong(collection, parameters.required('endSongId')).id;
    const count = parameters.integer('count', { minimum: 2, maximum: most, fallback: 25 });
    const path =
      start === end
        ? [start]
        : songPath(catalogue, start, end, { between: count - 2 }).map(({ id }) => id);
    const embedding = (id: string) => embeddingOf(catalogue, catalogue.rowOf.get(id)!);
    const from = embedding(start);
    const cosine = (id: string) =>
      embedding(id).reduce((sum, value, i) => sum + value * from[i]!, 0);
    return { sonicMatch: path.map((id) => sonicMatch(collection, id, cosine(id))) };
  },

  /** `submission=false` says what plays just now, which is not kept. */
  async scrobble({ consonance, parameters, listener }) {
    const collection = await consonance.music();
    parameters.required('id');
    const times = parameters.all('time').map(Number);
    if (!times.every((time) => time >= 0 && time < Date.UTC(10_000, 0))) {
      const what = 'milliseconds since 1970, before the year 10000,';
      throw new SubsonicError('generic', `Expected ${what} for time`);
    }
    const now = Date.now();
    const listens = parameters.all('id').map((id, index) => ({
      trackId: songOf(collection, id).id,
      kind: 'play' as const,
      at: (times[index] ?? now) / 1000,
    }));
    if (parameters.optional('submission') !== 'false') {
      await consonance.library.addListens(listener, listens);
    }
    return {};
  },
};

/** https://opensubsonic.netlify.app/docs/responses/sonicmatch/: 1 for the same song, 0 for the most different. */
function sonicMatch(collection: Collection, id: string, cosine: number) {
  const similarity = Math.min(1, Math.max(0, (1 + cosine) / 2));
  return { entry: childView(collection, songOf(collection, id)), similarity };
}

/** @throws SubsonicError 70 */
export function songOf({ trackOf }: Collection, id: string): Track {
  const track = trackOf.get(id);
  if (track !== undefined && track.status !== 'vanished') return track;
  throw new SubsonicError('notFound', `There is no song ${id}`);
}

function analysedSong(collection: Collection, id: string): Track {
  const track = songOf(collection, id);
  if (collection.catalogue.rowOf.has(id)) return track;
  throw new SubsonicError('notFound', `The song ${id} has not been analysed`);
}

/** The songs of an artist or album, or the one song. @throws SubsonicError 70 */
export function songsOf(collection: Collection, id: string): Track[] {
  if (!/^(ar|al)-/.test(id)) return [songOf(collection, id)];
  const { artists, albums } = shelvesOf(collection);
  const found = artists.get(id) ?? albums.get(id);
  if (found !== undefined) return found.tracks;
  throw new SubsonicError('notFound', `There is no artist or album ${id}`);
}
