import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { codebookOf, exportRatings, reportOf, reportPageOf } from '@consonance/engine';
import type { Comparison } from '@consonance/study';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';
import { formatTable } from '../table.ts';

/** What can be seen once a study is closed. */
export function registerStudyResults(study: Command): void {
  study
    .command('report')
    .description('the analysis of a closed study')
    .argument('<id>')
    .option('--out <file>', 'also write it as a web page')
    .action(async (id: string, { out }: { out?: string }, command: Command) => {
      const options = globalOptions(command);
      const { result, page } = await withConsonance(options.dataDir, async (consonance) => ({
        result: await reportOf(consonance, id),
        page: await reportPageOf(consonance, id),
      }));
      if (out !== undefined) await writeFile(out, page);
      const { report, findings } = result;
      const arms = report.arms.map((arm) => [
        ...[arm.name, arm.participants, arm.rated, arm.liked],
        ...[fixed(arm.meanLikes, 2), arm.interval.map((bound) => fixed(bound, 2)).join(' to ')],
      ]);
      const comparisons = [report.primary, ...report.secondary].map(comparisonRow);
      print(
        options,
        report,
        [
          findings.map((finding) => `- ${finding}`).join('\n'),
          formatTable(['arm', 'people', 'ratings', 'likes', 'mean likes', 'interval'], arms),
          formatTable(['comparison', 'difference', 't', 'df', 'p', 'd_z'], comparisons),
        ].join('\n\n'),
      );
    });

  study
    .command('export')
    .description('the ratings of a closed study as CSV, and the codebook of its columns')
    .argument('<id>')
    .requiredOption('--out <folder>', 'where to write them')
    .action(async (id: string, { out }: { out: string }, command: Command) => {
      const options = globalOptions(command);
      const { ratings, codebook } = await withConsonance(options.dataDir, async (consonance) => ({
        ratings: await exportRatings(consonance, id),
        codebook: await codebookOf(consonance, id),
      }));
      const files = {
        ratings: path.join(out, 'ratings.csv'),
        codebook: path.join(out, 'codebook.txt'),
      };
      await mkdir(out, { recursive: true });
      await writeFile(files.ratings, ratings);
      await writeFile(files.codebook, codebook);
      print(options, files, Object.values(files).join('\n'));
    });
}

const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '–';

const comparisonRow = ({ arms, paired, effect }: Comparison): string[] => [
  arms.join(' – '),
  fixed(paired.difference, 2),
  fixed(paired.t, 3),
  fixed(paired.df, 0),
  fixed(paired.pValue, 4),
  fixed(effect.dz, 2),
];
