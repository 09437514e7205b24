import { basename } from 'node:path';
import { access } from 'node:fs/promises';
import {
  type Collection,
  collectionStatus,
  EngineError,
  facetsOf,
  listTracks,
} from '@consonance/engine';
import type { Library, Track } from '@consonance/library';
import { embeddingOf } from '@consonance/recommender';
import { z } from 'zod';
import * as schemas from '../schemas.ts';
import { adminProcedure, procedure, router } from '../trpc.ts';
import { genreList, trackView } from '../views.ts';

export const libraryRouter = router({
  status: procedure
    .input(schemas.noInput)
    .output(schemas.libraryStatus)
    .query(async ({ ctx: { consonance } }) => {
      return { modelId: consonance.modelId, ...collectionStatus(await consonance.music()) };
    }),

  tracks: procedure
    .input(schemas.tracksQuery)
    .output(schemas.tracksPage)
    .query(async ({ ctx: { consonance }, input }) => {
      const collection = await consonance.music();
      const { total, tracks } = listTracks(collection, input);
      return { total, tracks: tracks.map((track) => trackView(collection, track)) };
    }),

  facets: procedure
    .input(schemas.facetsQuery)
    .output(schemas.facets)
    .query(async ({ ctx: { consonance }, input: { search, artistLimit } }) => {
      const facets = facetsOf(await consonance.music(), search);
      return { ...facets, artists: facets.artists.slice(0, artistLimit) };
    }),

  track: procedure
    .input(z.strictObject({ id: schemas.trackId }))
    .output(schemas.trackDetails)
    .query(async ({ ctx: { consonance }, input: { id } }) => {
      const { library, modelId } = consonance;
      const collection = await consonance.music();
      const track = collection.trackOf.get(id);
      if (!track) throw unknownSong(id);
      return {
        ...trackView(collection, track),
        albumArtist: track.albumArtist ?? null,
        year: track.year ?? null,
        tagGenres: track.tagGenres,
        fileName: basename(track.path),
        sizeBytes: track.size,
        addedAt: track.addedAt.toISOString(),
        failure: await failureOf(library, track),
        windows: await windowsOf(library, modelId, collection, id),
      };
    }),

  failures: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.failure))
    .query(async ({ ctx: { consonance } }) => {
      const failures = await consonance.library.failures();
      const collection = await consonance.music();
      return failures.flatMap(({ trackId, path, code, message, attempts, failedAt }) => {
        const track = collection.trackOf.get(trackId);
        if (!track) return [];
        return {
          track: trackView(collection, track),
          code,
          message,
          attempts,
          fileName: basename(path),
          failedAt: failedAt.toISOString(),
        };
      });
    }),

  retry: adminProcedure
    .input(schemas.retryInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { ids } }) => {
      const tracks = ids && (await consonance.library.getTracks(ids));
      await consonance.analysis.start({
        ...(tracks && { paths: tracks.map(({ path }) => path) }),
        retryFailures: true,
      });
      return {};
    }),

  folders: procedure
    .input(schemas.noInput)
    .output(z.array(schemas.folder))
    .query(async ({ ctx: { consonance } }) => {
      const folders = await consonance.library.folders();
      return Promise.all(
        folders.map(async ({ addedAt, ...folder }) => ({
          ...folder,
          addedAt: addedAt.toISOString(),
          isReachable: await access(folder.path).then(
            () => true,
            () => false,
          ),
        })),
      );
    }),

  browse: adminProcedure
    .input(schemas.browseQuery)
    .output(schemas.directoryListing)
    .query(async ({ ctx: { consonance, directories }, input: { directoryId } }) => {
      const listing = await directories.list(directoryId);
      const folders = (await consonance.library.folders()).map(({ path }) => path);
      const isInLibrary = (directory: string | null) =>
        directory !== null &&
        folders.some((folder) => `${directory}/`.startsWith(`${folder}/`.replace('//', '/')));
      return {
        ...listing,
        isInLibrary: isInLibrary(listing.path),
        directories: listing.directories.map(({ path, ...directory }) => ({
          ...directory,
          isInLibrary: isInLibrary(path),
        })),
      };
    }),

  addFolder: adminProcedure
    .input(schemas.addFolderInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance, directories }, input: { directoryId } }) => {
      await consonance.addFolder(await directories.resolve(directoryId));
      return {};
    }),

  removeFolder: adminProcedure
    .input(schemas.removeFolderInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx: { consonance }, input: { folderId } }) => {
      if (await consonance.removeFolder(folderId)) return {};
      throw new EngineError(
        'UNKNOWN_FOLDER',
        `Expected the id of a folder of the library but received "${folderId}".`,
      );
    }),
});

const unknownSong = (id: string) =>
  new EngineError('UNKNOWN_SONG', `Expected the id of a song of the library but received "${id}".`);

async function failureOf(library: Library, { id, status }: Track) {
  if (status !== 'failed') return null;
  const failure = (await library.failures()).find(({ trackId }) => trackId === id);
  if (!failure) return null;
  const { code, message, failedAt } = failure;
  return { code, message, failedAt: failedAt.toISOString() };
}

async function windowsOf(library: Library, modelId: string, { catalogue }: Collection, id: string) {
  const windows = (await library.windows(modelId, [id])).get(id);
  const row = catalogue.rowOf.get(id);
  if (!windows || row === undefined) return [];
  const song = embeddingOf(catalogue, row);
  return Array.from(windows.starts, (startSeconds, i) => {
    const window = windows.embeddings.subarray(i * song.length, (i + 1) * song.length);
    const similarity = window.reduce((sum, value, k) => sum + value * song[k]!, 0);
    const columns = catalogue.labels.length;
    const genres = windows.genres.subarray(i * columns, (i + 1) * columns);
    return {
      startSeconds,
      genres: genreList(catalogue.labels, genres),
      similarity: Math.max(-1, Math.min(1, similarity)),
    };
  });
}
