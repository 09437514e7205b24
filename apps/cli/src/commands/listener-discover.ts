import type { Command } from 'commander';
import {
  discoverFor,
  type MethodSettings,
  type NamedInterest,
  type RefineOptions,
} from '@consonance/engine';
import { withConsonance } from '../compose.ts';
import { print } from '../context.ts';
import { listenerOptions } from '../listener.ts';
import { checkMethod, withMethodOptions } from '../method.ts';
import { positiveInteger, share } from '../numbers.ts';
import { playlistFile, writePlaylist } from '../playlist.ts';
import { withRefineOptions } from '../refine.ts';
import { songsJson, songsText, trackJson } from '../report.ts';

interface DiscoverCommandOptions extends MethodSettings, RefineOptions {
  count: number;
  exploration: number;
  seed: number;
  correctHubs?: boolean;
  again?: boolean;
  known?: boolean;
  playlist?: string;
}

/** Of five songs, at most two by one artist: a discovery should not be one artist's album. */
const defaultPerArtist = 2;

export function registerDiscover(parent: Command): void {
  const command = parent
    .command('discover')
    .description('songs that suit the listener’s history; the next call gives others')
    .option('--count <n>', 'how many songs', positiveInteger, 5)
    .option('--exploration <0..1>', 'share of songs that lie farther off', share, 0.2)
    .option('--seed <n>', 'of what chance decides', positiveInteger, 1)
    .option('--again', 'songs that were recommended before may come again')
    .option('--known', 'songs of the history may come too, but for disliked ones')
    .option(
      '--playlist <file>',
      'also write the songs as a playlist: .m3u8, .jspf or .json',
      playlistFile,
    );
  withRefineOptions(withMethodOptions(command), defaultPerArtist).action(
    async (
      { playlist, again = false, known = false, ...settings }: DiscoverCommandOptions,
      command: Command,
    ) => {
      checkMethod(settings);
      const options = listenerOptions(command);
      const { listener } = options;
      await withConsonance(options.dataDir, async (consonance) => {
        const { recommendations, interests, aversions, collection } = await discoverFor(
          consonance,
          listener,
          { again, known, ...settings },
        );
        const { trackOf } = collection;
        if (playlist !== undefined) {
          const tracks = recommendations.map(({ id }) => trackOf.get(id)!);
          await writePlaylist(tracks, playlist, `Discoveries for ${listener}`);
        }
        print(
          options,
          {
            listener,
            interests: interests.map(interestJson),
            aversions: aversions.map(interestJson),
            recommendations: songsJson(recommendations, trackOf),
          },
          songsText(
            recommendations,
            trackOf,
            'Nothing new is left that fits; --again and --known widen the choice.',
          ),
        );
      });
    },
  );
}

const interestJson = ({ centre, ...interest }: NamedInterest) => ({
  centre: trackJson(centre),
  ...interest,
});
