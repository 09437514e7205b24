import type { Command } from 'commander';
import { discover, type Taste } from '@consonance/recommender';
import { seededRandom } from '@consonance/statistics';
import { type Music, withApp } from '../compose.ts';
import { print } from '../context.ts';
import { positiveInteger, share } from '../numbers.ts';
import { playlistFile, writePlaylist } from '../playlist.ts';
import { refine, type RefineOptions, withRefineOptions } from '../refine.ts';
import { songsJson, songsText, trackJson } from '../report.ts';
import { analysedMusic } from '../songs.ts';
import { listenerOptions, tasteOf } from '../listener.ts';

interface DiscoverCommandOptions extends RefineOptions {
  count: number;
  exploration: number;
  seed: number;
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
  withRefineOptions(command, defaultPerArtist).action(
    async (chosen: DiscoverCommandOptions, command: Command) => {
      const options = listenerOptions(command);
      const { listener } = options;
      await withApp(options.dataDir, async (app) => {
        const music = await analysedMusic(app);
        const now = Date.now() / 1000;
        const random = seededRandom(chosen.seed);
        const taste = await tasteOf(app, music, listener, { now, random });
        const given = chosen.again ? [] : await app.library.recommendations(listener);
        const recommendations = discover(music.catalogue, taste, {
          ...{ random, count: chosen.count, exploration: chosen.exploration },
          recommended: given.map(({ trackId }) => trackId),
          includeKnown: chosen.known ?? false,
          ...refine(music.catalogue, music.tracks, chosen),
        });
        // Another version of a song that was given is nothing new either.
        const ids = recommendations.flatMap(({ id, collapsed = [] }) => [id, ...collapsed]);
        await app.library.addRecommendations(listener, ids, now);
        if (chosen.playlist !== undefined) {
          const tracks = recommendations.map(({ id }) => music.trackOf.get(id)!);
          await writePlaylist(tracks, chosen.playlist, `Discoveries for ${listener}`);
        }
        print(
          options,
          {
            listener,
            interests: interestsJson(music, taste.interests),
            aversions: interestsJson(music, taste.aversions),
            recommendations: songsJson(recommendations, music.trackOf),
          },
          songsText(
            recommendations,
            music.trackOf,
            'Nothing new is left that fits; --again and --known widen the choice.',
          ),
        );
      });
    },
  );
}

/** What a taste is made of, each named by the song at its centre. */
const interestsJson = ({ tracks }: Music, interests: Taste['interests']) =>
  interests.map(({ centreRow, rows, share, strength }) => ({
    centre: trackJson(tracks[centreRow]!),
    ...{ songs: rows.length, share, strength },
  }));
