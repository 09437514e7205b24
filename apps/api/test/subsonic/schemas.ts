/**
 * OpenSubsonic's answers, written down from the tables of its documentation
 * (https://opensubsonic.netlify.app/docs/responses/, November 2026): the required fields are required,
 * and of the optional ones those are known that this server sends. Anything else is an error.
 */
import { z } from 'zod';

const dateTime = z.iso.datetime();
const int = z.number().int();

export const child = z.strictObject({
  id: z.string(),
  parent: z.string().optional(),
  isDir: z.literal(false),
  title: z.string(),
  album: z.string().optional(),
  artist: z.string().optional(),
  year: int.optional(),
  genre: z.string().optional(),
  genres: z.array(z.strictObject({ name: z.string() })).optional(),
  coverArt: z.string().optional(),
  size: int,
  contentType: z.string().regex(/^audio\//),
  suffix: z.string(),
  duration: int.optional(),
  bitRate: int.optional(),
  path: z.string(),
  created: dateTime,
  albumId: z.string().optional(),
  artistId: z.string().optional(),
  type: z.literal('music'),
  mediaType: z.literal('song'),
  isVideo: z.literal(false),
});

const artistId3 = z.strictObject({
  id: z.string(),
  name: z.string(),
  coverArt: z.string().optional(),
  albumCount: int,
});

const albumId3 = z.strictObject({
  id: z.string(),
  name: z.string(),
  artist: z.string().optional(),
  artistId: z.string().optional(),
  coverArt: z.string().optional(),
  songCount: int,
  duration: int,
  created: dateTime,
  year: int.optional(),
});

/** A Child and how similar it is, 1 for the same song and 0 for the most different. */
const sonicMatches = z.array(
  z.strictObject({ entry: child, similarity: z.number().min(0).max(1) }),
);

const ok = {
  status: z.literal('ok'),
  version: z.literal('1.16.1'),
  type: z.string(),
  serverVersion: z.string(),
  openSubsonic: z.literal(true),
};
const response = <T extends z.ZodRawShape>(content: T) =>
  z.strictObject({ 'subsonic-response': z.strictObject({ ...ok, ...content }) });

export const responses = {
  ping: response({}),
  scrobble: response({}),
  getLicense: response({ license: z.strictObject({ valid: z.boolean() }) }),
  tokenInfo: response({ tokenInfo: z.strictObject({ username: z.string() }) }),
  getOpenSubsonicExtensions: response({
    openSubsonicExtensions: z.array(
      z.strictObject({ name: z.string(), versions: z.array(int).min(1) }),
    ),
  }),
  search3: response({
    searchResult3: z.strictObject({
      artist: z.array(artistId3),
      album: z.array(albumId3),
      song: z.array(child),
    }),
  }),
  getSong: response({ song: child }),
  getSimilarSongs2: response({ similarSongs2: z.strictObject({ song: z.array(child) }) }),
  getSonicSimilarTracks: response({ sonicMatch: sonicMatches }),
  findSonicPath: response({ sonicMatch: sonicMatches.min(1) }),
};

export const failed = z.strictObject({
  'subsonic-response': z.strictObject({
    ...ok,
    status: z.literal('failed'),
    error: z.strictObject({ code: int, message: z.string() }),
  }),
});
