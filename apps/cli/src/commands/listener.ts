import type { Command } from 'commander';
import { historyOf, songName } from '@consonance/engine';
import type { Listen, ListenKind } from '@consonance/library';
import { withConsonance } from '../compose.ts';
import { print } from '../context.ts';
import { listenerOptions } from '../listener.ts';
import { positiveInteger } from '../numbers.ts';
import { trackJson } from '../report.ts';
import { resolveSongs } from '../songs.ts';
import { formatTable } from '../table.ts';
import { registerDiscover } from './listener-discover.ts';
import { registerImport } from './listener-import.ts';

export function registerListener(program: Command): void {
  const listener = program
    .command('listener')
    .description('what listeners heard and liked, and what they may discover')
    .option('--listener <name>', 'whose history it is', 'me');
  registerImport(listener);
  registerEvent(listener, 'like', 'like', 'songs that the listener likes');
  registerEvent(listener, 'dislike', 'dislike', 'songs that the listener does not want to hear');
  registerEvent(listener, 'played', 'play', 'songs that the listener heard');
  registerEvent(listener, 'skipped', 'skip', 'songs that the listener broke off');
  registerHistory(listener);
  registerDiscover(listener);
}

function registerEvent(parent: Command, name: string, kind: ListenKind, description: string): void {
  parent
    .command(name)
    .description(description)
    .argument('<songs...>', 'ids, paths, or search words')
    .action(async (words: string[], _: unknown, command: Command) => {
      const options = listenerOptions(command);
      await withConsonance(options.dataDir, async (consonance) => {
        const songs = await resolveSongs(consonance, words);
        const at = Date.now() / 1000;
        const listens = songs.map(({ id }): Listen => ({ trackId: id, kind, at }));
        const added = await consonance.library.addListens(options.listener, listens);
        print(
          options,
          { listener: options.listener, kind, added, songs: songs.map(trackJson) },
          songs.map((song) => `${kind}: ${songName(song)}`).join('\n'),
        );
      });
    });
}

function registerHistory(parent: Command): void {
  parent
    .command('history')
    .description('what the listener did, the latest first')
    .option('--limit <n>', 'at most this many', positiveInteger, 100)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const options = listenerOptions(command);
      await withConsonance(options.dataDir, async ({ library }) => {
        const history = await historyOf(library, options.listener);
        const shown = history.slice(0, limit);
        const tracks = await library.getTracks(shown.map(({ trackId }) => trackId));
        const events = shown.map(({ kind, at, share }, i) => ({
          at: new Date(1000 * at).toISOString(),
          kind,
          share: share ?? null,
          ...trackJson(tracks[i]!),
        }));
        const rows = events.map(({ at, kind }, i) => [at, kind, songName(tracks[i]!)]);
        const more = history.length - shown.length;
        print(
          options,
          { listener: options.listener, total: history.length, events },
          formatTable(['at', 'what', 'song'], rows) +
            (more > 0 ? `\n${more} more; --limit shows them.` : ''),
        );
      });
    });
}
