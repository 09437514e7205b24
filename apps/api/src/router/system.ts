import { type Consonance, inspect, readSettings, saveSettings } from '@consonance/engine';
import manifest from '../../package.json' with { type: 'json' };
import * as schemas from '../schemas.ts';
import { adminProcedure, procedure, router } from '../trpc.ts';
import { isoTime } from '../views.ts';

export const systemRouter = router({
  info: procedure
    .input(schemas.noInput)
    .output(schemas.systemInfo)
    .query(({ ctx: { consonance } }) => recentInfo(consonance)),

  settings: procedure
    .input(schemas.noInput)
    .output(schemas.settings)
    .query(({ ctx: { consonance } }) => readSettings(consonance.library)),

  saveSettings: adminProcedure
    .input(schemas.settings.partial().strict())
    .output(schemas.settings)
    .mutation(({ ctx: { consonance }, input }) => saveSettings(consonance.library, input)),

  /** What no analysis can bring back. */
  backup: adminProcedure
    .input(schemas.noInput)
    .output(schemas.backup)
    .query(async ({ ctx: { consonance } }) => {
      const { library } = consonance;
      const { trackOf } = await consonance.music();
      const songs = (ids: readonly string[]) =>
        ids.flatMap((id) => {
          const track = trackOf.get(id);
          return track
            ? [{ path: track.path, title: track.title, artist: track.artist ?? null }]
            : [];
        });
      const listeners = [];
      for (const { name } of await library.listeners()) {
        const events = (await library.listens(name)).flatMap(({ trackId, kind, at, share }) =>
          songs([trackId]).map((song) => ({
            at: isoTime(at),
            kind,
            share: share ?? null,
            ...song,
          })),
        );
        listeners.push({ name, events });
      }
      const playlists = (await library.playlists()).map(({ name, trackIds }) => ({
        name,
        tracks: songs(trackIds),
      }));
      return { version: 1 as const, createdAt: new Date().toISOString(), listeners, playlists };
    }),
});

const infoMilliseconds = 10_000;
const infos = new WeakMap<Consonance, { info: ReturnType<typeof look>; until: number }>();

/** It starts TensorFlow: who asks again meanwhile or soon after gets the same answer. */
function recentInfo(consonance: Consonance): ReturnType<typeof look> {
  const known = infos.get(consonance);
  if (known && performance.now() < known.until) return known.info;
  const info = look(consonance);
  infos.set(consonance, { info, until: Infinity });
  const remember = () =>
    infos.set(consonance, { info, until: performance.now() + infoMilliseconds });
  info.then(remember, () => infos.delete(consonance));
  return info;
}

async function look(consonance: Consonance) {
  const { dataDirectory } = consonance.library;
  const checks = await inspect(manifest.version, dataDirectory, async () => consonance);
  return { version: manifest.version, dataDirectory, ok: checks.every(({ ok }) => ok), checks };
}
