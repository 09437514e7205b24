import path from 'node:path';
import type { Command } from 'commander';
import type { Track } from '@consonance/library';
import {
  type Catalogue,
  genresOf,
  type MethodName,
  methods,
  topGenre,
} from '@consonance/recommender';
import { withApp } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { analysisText, recommendationJson, recommendationText, seedText } from '../report.ts';
import { recommendFor } from './recommend.ts';

const demoLibrary = path.resolve(import.meta.dirname, '../../../../demo/library');
const seedCount = 5;

export function registerStart(program: Command): void {
  program
    .command('start')
    .description(
      'the main job in one go: analyse a folder, pick five of its songs, recommend by both methods',
    )
    .argument('[folder]', 'a folder of music; the demo library by default')
    .action(async (folder: string | undefined, _: unknown, command: Command) => {
      const options = globalOptions(command);
      // The demo's songs stay apart from the person's own.
      const dataDirectory =
        folder === undefined ? path.join(options.dataDir, 'demo') : options.dataDir;
      const music = path.resolve(folder ?? demoLibrary);
      console.error(`Analysing ${folder === undefined ? 'the demo library' : music} ...`);
      await withApp(dataDirectory, async (app) => {
        const analysis = await app.analyze([music]);
        console.error(`${analysisText(analysis)}\n`);
        if (analysis.aborted) {
          console.error('Run the same command to go on where this one stopped.');
          process.exitCode = 130;
          return;
        }
        const songs = await app.music();
        const seeds = pickSeeds(
          songs.catalogue,
          songs.tracks.filter((track) => isInside(track.path, music)),
        );
        if (seeds.length === 0) {
          throw new UsageError(
            `Expected audio files that can be analysed in ${music} but found none.`,
          );
        }
        const results = [];
        for (const method of Object.keys(methods) as MethodName[]) {
          results.push(await recommendFor(app, songs, seeds, { method, count: 5 }));
        }
        const next =
          'Next: npx consonance recommend "<a song>" "<another>" ...  with your own five songs' +
          (folder === undefined
            ? `\n      npm start -- <folder>                   with your own music`
            : '');
        print(
          options,
          { library: music, dataDirectory, analysis, results: results.map(recommendationJson) },
          [seedText(seeds), ...results.map(recommendationText), next].join('\n\n'),
        );
      });
    });
}

const isInside = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder + path.sep);

/**
 * Five songs that one listener might love: of the genre that most songs have (and the next where it
 * has too few), the most probable ones, one of each artist before a second of any.
 */
function pickSeeds(catalogue: Catalogue, tracks: readonly Track[]): Track[] {
  const rowOf = (track: Track) => catalogue.rowOf.get(track.id)!;
  return [...Map.groupBy(tracks, (track) => topGenre(catalogue, rowOf(track)))]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([label, songs]) => inOrder(label, songs))
    .slice(0, seedCount);

  function inOrder(label: string, songs: readonly Track[]): Track[] {
    const column = catalogue.labels.indexOf(label);
    const probability = (track: Track) => genresOf(catalogue, rowOf(track))[column]!;
    const turns = new Map<string, number>();
    return songs
      .toSorted((a, b) => probability(b) - probability(a))
      .map((song) => {
        const artist = song.artist ?? song.id;
        const turn = turns.get(artist) ?? 0;
        turns.set(artist, turn + 1);
        return { song, turn };
      })
      .sort((a, b) => a.turn - b.turn)
      .map(({ song }) => song);
  }
}
