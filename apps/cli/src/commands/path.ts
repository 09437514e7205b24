import type { Command } from 'commander';
import { analysedMusic, songName } from '@consonance/engine';
import { songPath } from '@consonance/recommender';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { positiveInteger } from '../numbers.ts';
import { playlistFile, writePlaylist } from '../playlist.ts';
import { trackJson } from '../report.ts';
import { resolveSongs } from '../songs.ts';
import { formatTable } from '../table.ts';

interface PathOptions {
  steps: number;
  playlist?: string;
}

export function registerPath(program: Command): void {
  program
    .command('path')
    .description('a way from one song to another in small, even steps')
    .argument('<from>', 'the first song: an id, a path, or search words')
    .argument('<to>', 'the last song')
    .option('--steps <n>', 'how many songs lie between the two', positiveInteger, 8)
    .option(
      '--playlist <file>',
      'also write the songs as a playlist: .m3u8, .jspf or .json',
      playlistFile,
    )
    .action(
      async (from: string, to: string, { steps, playlist }: PathOptions, command: Command) => {
        const options = globalOptions(command);
        await withConsonance(options.dataDir, async (consonance) => {
          const [first, last] = await resolveSongs(consonance, [from, to]);
          const { catalogue, trackOf } = await analysedMusic(consonance);
          const way = songPath(catalogue, first!.id, last!.id, { between: steps });
          const songs = way.map(({ id, similarity }) => ({ track: trackOf.get(id)!, similarity }));
          if (playlist !== undefined) {
            const title = `From ${songName(first!)} to ${songName(last!)}`;
            const tracks = songs.map(({ track }) => track);
            await writePlaylist(tracks, playlist, title);
          }
          print(
            options,
            {
              songs: songs.map(({ track, similarity }) => ({
                ...trackJson(track),
                // The first song has none before it.
                similarity: similarity ?? null,
              })),
            },
            formatTable(
              ['', 'song', 'similarity to the one before'],
              songs.map(({ track, similarity }, index) => [
                ...[index + 1, songName(track), similarity?.toFixed(2) ?? ''],
              ]),
            ),
          );
        });
      },
    );
}
