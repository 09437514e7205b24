/** The report as one page: the decision first, then what it rests on. */
import {
  barChart,
  charts,
  type Html,
  intervalChart,
  list,
  page,
  pairedChart,
  paragraph,
  section,
  table,
} from '@consonance/report';
import type { StudyReport } from './analysis.ts';
import { analysePower } from './power.ts';
import type { Comparison } from './compare.ts';
import { fixed, intervalText, pText, reportFindings, ruleNames } from './findings.ts';
import { ratingRange } from './plan.ts';
import { sourceText } from './ratings-csv.ts';

export const reportPage = (report: StudyReport): string =>
  page(
    report.plan.title,
    section('Result', list(reportFindings(report))),
    section('Participants and arms', ...armFigures(report), armTable(report)),
    section(
      'Differences between arms',
      differenceFigures(report),
      testTable(report),
      comparisonTable(report),
      ...clipModel(report),
    ),
    section('Agreement', paragraph(agreementText(report))),
    section('Exclusions', exclusionTable(report)),
    section('Plan', planTable(report)),
  );

const confidence = ({ plan }: StudyReport): string =>
  `${+(100 * (1 - plan.alpha)).toFixed(2)} % interval`;

const likesName = ({ likesOf }: StudyReport): string => `liked of ${likesOf}`;

function armFigures(report: StudyReport): Html[] {
  const { plan, arms, scores, likesOf } = report;
  const most = Math.max(...arms.map(({ songs }) => songs));
  const [lowest] = ratingRange(plan.scale);
  return [
    charts(
      pairedChart({
        title: 'Songs liked of each arm: every participant, and the mean (thick)',
        yName: likesName(report),
        groups: arms.map(({ name }) => name),
        people: scores.map(({ number, arms: own }) => ({
          name: `participant ${number}`,
          values: arms.map(({ name }) => own[name]!.likes),
        })),
        means: arms.map(({ meanLikes }) => meanLikes),
        yRange: [0, likesOf],
      }),
      barChart({
        title: 'Participants by how many clips of an arm they liked',
        xName: 'liked clips',
        yName: 'participants',
        categories: Array.from({ length: most + 1 }, (_, i) => String(i)),
        series: arms.map(({ name, likedBy }) => ({
          name,
          values: Array.from({ length: most + 1 }, (_, i) => likedBy[i] ?? 0),
        })),
      }),
      intervalChart({
        title: 'Mean of the songs liked of each arm',
        xName: likesName(report),
        xRange: [0, likesOf],
        intervalName: confidence(report),
        rows: arms.map(({ name, meanLikes, interval }) => ({
          name,
          value: meanLikes,
          interval: known(interval),
        })),
      }),
      ...(plan.scale === 'like'
        ? []
        : [
            barChart({
              title: 'Ratings of each arm',
              xName: 'rating',
              yName: 'ratings',
              categories: arms[0]!.ratings.map((_, i) => String(lowest + i)),
              series: arms.map(({ name, ratings }) => ({ name, values: ratings })),
            }),
          ]),
    ),
  ];
}

const armTable = (report: StudyReport): Html =>
  table(
    ['arm', 'source', 'participants', 'rated clips', 'liked', 'share', `mean ${likesName(report)}`],
    report.arms.map(({ name, participants, rated, liked, meanLikes }, i) => [
      name,
      sourceText(report.plan.arms[i]!.source),
      String(participants),
      String(rated),
      String(liked),
      rated === 0 ? '–' : fixed(liked / rated),
      fixed(meanLikes),
    ]),
  );

const known = (bounds: readonly (number | null)[]): [number, number] | null =>
  bounds.every((bound) => bound !== null) ? (bounds as [number, number]) : null;

const pairName = ({ arms: [a, b] }: Comparison): string => `${a} − ${b}`;

function differenceFigures(report: StudyReport): Html {
  const comparisons = [report.primary, ...report.secondary];
  return charts(
    intervalChart({
      title: 'Difference in songs liked',
      xName: likesName(report),
      intervalName: confidence(report),
      rows: comparisons.map((comparison) => ({
        name: pairName(comparison),
        value: comparison.paired.difference,
        interval: known(comparison.paired.interval),
      })),
    }),
    intervalChart({
      title: 'Effect size (d_z)',
      xName: 'standard deviations of the difference',
      intervalName: confidence(report),
      rows: comparisons.map((comparison) => ({
        name: pairName(comparison),
        value: comparison.effect.dz,
        interval: known(comparison.effect.interval),
      })),
    }),
  );
}

function testTable({ primary, withoutExclusions, plan }: StudyReport): Html {
  const { paired, welch, pooled, wilcoxon, permutation, ratings } = primary;
  const t = (name: string, test: Comparison['paired']) => [
    name,
    `t = ${fixed(test.t, 3)}`,
    fixed(test.df, Number.isInteger(test.df) ? 0 : 1),
    `±${fixed(test.criticalValue, 3)}`,
    pText(test.pValue),
  ];
  return table(
    ['test', 'statistic', 'df', `critical, α = ${plan.alpha}`, ''],
    [
      t('paired t (decides)', paired),
      t('Welch’s t', welch),
      t('pooled t', pooled),
      [
        `Wilcoxon signed rank, exact, ${wilcoxon.count} differences`,
        `W = ${fixed(wilcoxon.positiveRanks, 1)}`,
        '',
        '',
        pText(wilcoxon.exactPValue),
      ],
      [
        'Wilcoxon signed rank, normal approximation',
        `z = ${fixed(wilcoxon.z, 3)}`,
        '',
        '',
        pText(wilcoxon.asymptoticPValue),
      ],
      [
        `sign permutation, ${permutation.exact ? 'all' : permutation.permutations} signs`,
        '',
        '',
        '',
        pText(permutation.pValue),
      ],
      ...(ratings ? [t('paired t of mean ratings', ratings)] : []),
      t('paired t without exclusions', withoutExclusions.paired),
    ],
    `${pairName(primary)}, ${primary.participants} participants`,
  );
}

const comparisonTable = (report: StudyReport): Html =>
  table(
    ['arms', 'participants', 'difference', confidence(report), 'd_z', 'paired t', 'after Holm'],
    [report.primary, ...report.secondary].map((comparison) => [
      pairName(comparison),
      String(comparison.participants),
      fixed(comparison.paired.difference),
      intervalText(comparison.paired.interval),
      fixed(comparison.effect.dz),
      pText(comparison.paired.pValue),
      'adjustedPValue' in comparison
        ? pText(comparison.adjustedPValue as number | null)
        : 'primary',
    ]),
    'All pairs of arms',
  );

function clipModel(report: StudyReport): Html[] {
  const model = report.clipModel;
  if (!model)
    return [
      paragraph(
        'The logistic model of the clips has no finite solution: all clips of an arm were liked, or none.',
      ),
    ];
  return [
    table(
      ['arm', `odds of a like against ${model.reference}`, confidence(report), ''],
      model.odds.map(({ arm, ratio, interval, pValue }) => [
        arm,
        fixed(ratio),
        intervalText(interval),
        pText(pValue),
      ]),
      'Logistic model of the clips by generalised estimating equations, clustered by participant; ' +
        `working correlation ${fixed(model.correlation)}`,
    ),
  ];
}

function agreementText({ agreement: { alpha, level, songs, ratings } }: StudyReport): string {
  return alpha === null
    ? 'Agreement has no value: no song was rated by two participants, or all ratings were the same.'
    : `Krippendorff’s α = ${fixed(alpha)} (${level}) over ${songs} songs that two or more participants ` +
        `rated, ${ratings} ratings. 0 is agreement as by chance, 1 complete agreement.`;
}

const exclusionTable = ({ participants }: StudyReport): Html =>
  table(
    ['rule', 'participants', 'which'],
    participants.exclusions.map(({ rule, participants: ids }) => [
      ruleNames[rule],
      String(ids.length),
      ids.join(', ') || '–',
    ]),
  );

function planTable({ plan, hash }: StudyReport): Html {
  const needed = analysePower(plan);
  const scale = plan.scale === 'like' ? 'like or dislike' : `${plan.scale} points`;
  return table(
    ['', ''],
    [
      ['songs that a participant chooses', String(plan.seedCount)],
      ...plan.arms.map(({ name, songs, source }) => [
        `arm ${name}`,
        `${songs} songs, ${sourceText(source)}`,
      ]),
      ['clip', `${plan.clipSeconds} s, of which at least ${plan.minimumListenSeconds} s are heard`],
      ['scale', plan.scale === 'like' ? scale : `${scale}, liked from ${plan.likeFrom}`],
      ['attention checks', String(plan.attentionChecks)],
      ['primary comparison', plan.primary.join(' against ')],
      ['other pairs', 'paired t-tests, p-values after Holm'],
      ['α', String(plan.alpha)],
      ['smallest effect (d_z)', String(plan.smallestEffect)],
      ['sample size', `${plan.sampleSize}, with a power of ${fixed(needed.power)}`],
      ['needed for a power of ' + plan.power, `${needed.participants} participants`],
      ['seed', String(plan.seed)],
      ['SHA-256 of the plan', hash],
    ],
  );
}
