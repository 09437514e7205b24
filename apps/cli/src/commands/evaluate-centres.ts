import type { Command } from 'commander';
import { analysedMusic, type Music, songName } from '@consonance/engine';
import {
  cosineMethod,
  genreCentres,
  genreProfile,
  similarTo,
  songPath,
  topGenre,
} from '@consonance/recommender';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { positiveInteger } from '../numbers.ts';
import { trackJson } from '../report.ts';
import { formatTable } from '../table.ts';

interface CentreOptions {
  neighbours: number;
  between: number;
}

/** @param evaluate the command "evaluate". */
export function registerEvaluateCentres(evaluate: Command): void {
  evaluate
    .command('centres')
    .description(
      'each genre’s centre song, the songs nearest to it, and the songs between every two genres',
    )
    .option('--neighbours <n>', 'songs nearest to each centre', positiveInteger, 5)
    .option('--between <n>', 'songs on the way from one centre to another', positiveInteger, 3)
    .action(async (chosen: CentreOptions, command: Command) => {
      const options = globalOptions(command);
      const report = await withConsonance(options.dataDir, async (consonance) => ({
        modelId: consonance.modelId,
        ...centreReport(await analysedMusic(consonance), chosen),
      }));
      print(options, report, reportText(report));
    });
}

type CentreReport = ReturnType<typeof centreReport>;

function centreReport({ catalogue, trackOf }: Music, { neighbours, between }: CentreOptions) {
  const cosine = cosineMethod(catalogue);
  const rowOf = (id: string) => catalogue.rowOf.get(id)!;
  const song = (id: string) => ({
    ...trackJson(trackOf.get(id)!),
    genre: topGenre(catalogue, rowOf(id)),
  });
  const centres = genreCentres(catalogue);
  return {
    songs: catalogue.size,
    genres: centres.map(({ label, id, similarity, size }) => {
      const nearest = similarTo(catalogue, cosine, id, { count: neighbours });
      const near = nearest.map((found) => ({ ...song(found.id), similarity: found.score }));
      return {
        label,
        size,
        centre: {
          ...song(id),
          /** Mean cosine similarity to the songs of the genre. */
          meanSimilarity: similarity,
          probability: genreProfile(catalogue, rowOf(id))[label]!,
        },
        neighbours: near,
        /** Share of the neighbours that are of the same genre; null without neighbours. */
        purity:
          near.length > 0 ? near.filter(({ genre }) => genre === label).length / near.length : null,
      };
    }),
    between: centres.flatMap((from, i) => {
      const similarities = cosine.score({ rows: [rowOf(from.id)] });
      return centres.slice(i + 1).map((to) => ({
        from: from.label,
        to: to.label,
        /** Cosine similarity of the two centres. */
        similarity: similarities[rowOf(to.id)]!,
        songs: songPath(catalogue, from.id, to.id, { between })
          .slice(1, -1)
          .map(({ id, similarity }) => ({ ...song(id), similarity: similarity! })),
      }));
    }),
  };
}

function reportText({ modelId, songs, genres, between }: CentreReport & { modelId: string }) {
  const centres = formatTable(
    ['genre', 'songs', 'centre', 'similarity', 'own neighbours', 'nearest to the centre'],
    genres.map(({ label, size, centre, neighbours, purity }) => [
      ...[label, size, songName({ ...centre, artist: centre.artist ?? '' })],
      ...[centre.meanSimilarity.toFixed(2), purity === null ? '' : `${Math.round(100 * purity)} %`],
      neighbours.map(({ title, genre }) => `${title} (${genre})`).join(', '),
    ]),
    120,
  );
  const ways = formatTable(
    ['between', 'similarity', 'songs on the way'],
    between.map(({ from, to, similarity, songs: way }) => [
      ...[`${from} - ${to}`, similarity.toFixed(2)],
      way.map(({ title, genre }) => `${title} (${genre})`).join(', '),
    ]),
    120,
  );
  return `${songs} songs, model ${modelId}\n${centres}\n\n${ways}`;
}
