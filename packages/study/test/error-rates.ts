/**
 * How often the analysis finds a difference in simulated studies: where there is none (the error of the
 * first kind) and where there is one (power). `node packages/study/test/error-rates.ts <studies>`
 */
import { seededRandom } from '@consonance/statistics';
import { pairedTPower } from '@consonance/statistics/inference';
import { analyse, parsePlan } from '../src/index.ts';
import { simulate } from './simulate.ts';

export interface ErrorRates {
  /** Share of the studies in which a test is significant at 0.05, by test. */
  found: Record<string, number>;
  /** What the paired t-test should find for the mean of the studies' d_z. */
  predicted: number;
  /** Share of the studies whose interval of the difference has the mean difference of all. */
  covered: number;
}

/** Thirty participants, five clips of either method from 60 songs, some of them shared. */
export function errorRates(studies: number, appealOfSecond: number, seed: number): ErrorRates {
  const random = seededRandom(seed);
  const reports = Array.from({ length: studies }, () => {
    const plan = parsePlan({
      arms: [
        { name: 'a', source: { kind: 'method', method: 1 }, songs: 5 },
        { name: 'b', source: { kind: 'method', method: 2 }, songs: 5 },
      ],
      seed: Math.floor(random() * 2 ** 32),
      exclusions: { sameAnswerThroughout: false },
    });
    const simulation = { plan, participants: 30, taste: 0.7, catalogue: 60, random };
    return analyse(plan, simulate({ ...simulation, appeal: { b: appealOfSecond } }));
  });
  const share = (holds: (report: (typeof reports)[number]) => boolean): number =>
    reports.filter(holds).length / studies;
  const average = (read: (report: (typeof reports)[number]) => number): number =>
    reports.reduce((sum, report) => sum + read(report), 0) / studies;
  const difference = average(({ primary }) => primary.paired.difference!);
  const below = (pValue: number | null) => pValue !== null && pValue < 0.05;
  return {
    found: {
      'paired t': share(({ primary }) => below(primary.paired.pValue)),
      Wilcoxon: share(({ primary }) => below(primary.wilcoxon.exactPValue)),
      permutation: share(({ primary }) => below(primary.permutation.pValue)),
      'Welch’s t': share(({ primary }) => below(primary.welch.pValue)),
      'pooled t': share(({ primary }) => below(primary.pooled.pValue)),
      'logistic model': share(({ clipModel }) => below(clipModel?.odds[0]!.pValue ?? null)),
    },
    // A sample's d_z is too large on average (Hedges 1981).
    predicted: pairedTPower(
      (1 - 3 / (4 * 29 - 1)) * average(({ primary }) => primary.effect.dz!),
      30,
    ),
    covered: share(({ primary: { paired } }) => {
      const [low, high] = paired.interval;
      return low! <= difference && difference <= high!;
    }),
  };
}

if (import.meta.main) {
  const studies = Number(process.argv[2] ?? 2000);
  console.log('no difference', errorRates(studies, 0, 1));
  console.log('a difference', errorRates(studies, 0.8, 2));
}
