import { type Collection, EngineError, formatPlaylist, playlistFormats } from '@consonance/engine';
import type { Library, Playlist } from '@consonance/library';
import { z } from 'zod';
import * as schemas from '../schemas.ts';
import { procedure, router } from '../trpc.ts';
import { tracksView } from '../views.ts';

const byId = z.strictObject({ id: schemas.playlistId });

export const playlistsRouter = router({
  list: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.playlist))
    .query(async ({ ctx: { consonance } }) => {
      const playlists = await consonance.library.playlists();
      const collection = await consonance.music();
      return playlists.map((playlist) => playlistView(collection, playlist));
    }),

  get: procedure
    .input(byId)
    .output(schemas.playlist)
    .query(async ({ ctx: { consonance }, input: { id } }) =>
      playlistView(await consonance.music(), await playlistOf(consonance.library, id)),
    ),

  save: procedure
    .input(schemas.savePlaylistInput)
    .output(schemas.playlist)
    .mutation(async ({ ctx: { consonance }, input: { id, ...playlist } }) => {
      const { library } = consonance;
      const savedId = await library.savePlaylist({ ...playlist, ...(id !== undefined && { id }) });
      return playlistView(await consonance.music(), await playlistOf(library, savedId));
    }),

  remove: procedure
    .input(byId)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { id } }) => {
      await consonance.library.removePlaylist(id);
      return {};
    }),

  export: procedure
    .input(schemas.exportInput)
    .output(schemas.exportedFile)
    .query(async ({ ctx: { consonance }, input: { id, trackIds = [], name, format } }) => {
      const { library } = consonance;
      const saved = id === undefined ? undefined : await playlistOf(library, id);
      const title = saved?.name ?? name;
      const tracks = await library.getTracks(saved?.trackIds ?? trackIds);
      return {
        fileName: `${fileNameOf(title)}.${format}`,
        mediaType: playlistFormats[format].mediaType,
        text: formatPlaylist(tracks, { format, title }),
      };
    }),
});

async function playlistOf(library: Library, id: string): Promise<Playlist> {
  const playlist = (await library.playlists()).find((other) => other.id === id);
  if (playlist) return playlist;
  throw new EngineError('UNKNOWN_PLAYLIST', `Expected the id of a playlist but received "${id}".`);
}

const playlistView = (
  collection: Collection,
  { id, name, trackIds, createdAt, updatedAt }: Playlist,
) => ({
  id,
  name,
  tracks: tracksView(collection, trackIds),
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** Without what file systems refuse. */
const fileNameOf = (title: string): string =>
  title
    .replace(/[\p{C}<>:"/\\|?*]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 100) || 'playlist';
