/** The hypotheses and the decision in words, written from the numbers. */
import type { StudyReport } from './analysis.ts';
import type { Comparison } from './compare.ts';
import type { ExclusionRule } from './exclusions.ts';

/** Fixed digits, or a dash for what has no value. */
export const fixed = (value: number | null, digits = 2): string =>
  value === null ? '–' : value.toFixed(digits);

/** As a report writes it: three digits, and no smaller than 0.001. */
export const pText = (value: number | null): string =>
  value === null ? 'p is not defined' : value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`;

export const intervalText = (bounds: readonly (number | null)[], digits = 2): string =>
  bounds.every((bound) => bound === null)
    ? '–'
    : bounds.map((bound) => fixed(bound, digits)).join(' to ');

export const ruleNames: Record<ExclusionRule, string> = {
  unfinished: 'did not finish',
  failedAttention: 'failed the attention check',
  sameAnswerThroughout: 'gave every clip the same answer',
  fasterThanMinimumListen: 'rated a clip before hearing enough of it',
};

const people = (count: number): string => (count === 1 ? '1 participant' : `${count} participants`);

/** The p-values of one comparison under `alpha`; undefined without a value. */
const significant = (pValue: number | null, alpha: number): boolean | undefined =>
  pValue === null ? undefined : pValue < alpha;

export function reportFindings(report: StudyReport): string[] {
  const { plan, primary } = report;
  return [
    ...hypotheses(report),
    taken(report),
    decision(report),
    ...(primary.paired.pValue === null ? [] : [effect(report), robustness(report)]),
    sensitivity(report),
    ...(plan.arms.length > 2 ? [secondaryFindings(report)] : []),
  ];
}

function hypotheses({ plan, hash }: StudyReport): string[] {
  const [a, b] = plan.primary;
  return [
    `Null hypothesis: participants like as many songs of "${a}" as of "${b}" on average.`,
    `Alternative: they like more songs of one of the two. Decided by a two-sided paired t-test at ` +
      `α = ${plan.alpha}, as frozen in plan ${hash.slice(0, 12)} before the first participant.`,
  ];
}

function taken({ plan, participants, power }: StudyReport): string {
  const left = participants.exclusions
    .filter(({ participants: ids }) => ids.length > 0)
    .map(({ rule, participants: ids }) => `${ids.length} ${ruleNames[rule]}`);
  const excluded =
    left.length === 0 ? 'No exclusion rule applied' : `Left out by the rules: ${left.join(', ')}`;
  const had =
    power === null
      ? 'Too few for any test'
      : `With that many, an effect of d_z = ${plan.smallestEffect} is found with a probability of ` +
        fixed(power);
  return (
    `${people(participants.entered)} entered, ${participants.finished} finished, ` +
    `${participants.analysed} were analysed of ${plan.sampleSize} planned. ${excluded}. ${had}.`
  );
}

function decision({ plan, primary, likesOf }: StudyReport): string {
  const [a, b] = primary.arms;
  const { t, df, pValue, criticalValue, difference } = primary.paired;
  if (pValue === null)
    return primary.participants < 2
      ? `Decision: none. ${people(primary.participants)} rated clips of both arms; the test needs two.`
      : `Decision: the null hypothesis is kept. Every participant liked as many songs of "${a}" as of ` +
          `"${b}".`;
  const numbers =
    t === null
      ? `every participant has the same difference, ${pText(pValue)}`
      : `t(${df}) = ${fixed(t, 3)}, ${pText(pValue)}, critical value ±${fixed(criticalValue, 3)}`;
  if (!significant(pValue, plan.alpha))
    return (
      `Decision: the null hypothesis is kept (${numbers}). The data do not show that participants like ` +
      `one of "${a}" and "${b}" more; they do not show that the two are equal either.`
    );
  const [more, fewer] = difference! > 0 ? [a, b] : [b, a];
  return (
    `Decision: the null hypothesis is rejected (${numbers}). Participants liked more songs of "${more}" ` +
    `than of "${fewer}": ${fixed(Math.abs(difference!))} more of ${likesOf}.`
  );
}

function effect({ plan, primary }: StudyReport): string {
  const confidence = `${+(100 * (1 - plan.alpha)).toFixed(2)} %`;
  return (
    `Mean likes ${fixed(primary.means[0])} and ${fixed(primary.means[1])}; difference ` +
    `${fixed(primary.paired.difference)} (${confidence} interval ` +
    `${intervalText(primary.paired.interval)}); effect size d_z = ${fixed(primary.effect.dz)} ` +
    `(${intervalText(primary.effect.interval)}).`
  );
}

function robustness({ plan, primary, clipModel }: StudyReport): string {
  const clips = clipModel?.odds.find(({ arm }) => arm === primary.arms[1])?.pValue ?? null;
  const others: [string, number | null][] = [
    ['Wilcoxon', primary.wilcoxon.exactPValue ?? primary.wilcoxon.asymptoticPValue],
    ['permutation', primary.permutation.pValue],
    ["Welch's t", primary.welch.pValue],
    ['pooled t', primary.pooled.pValue],
    ['logistic model of the clips', clips],
  ];
  const decided = significant(primary.paired.pValue, plan.alpha);
  const against = others
    .filter(([, p]) => (significant(p, plan.alpha) ?? decided) !== decided)
    .map(([name]) => name);
  const verdict =
    against.length === 0
      ? 'The other tests agree'
      : `${against.join(', ')} would decide otherwise; the announced test stands`;
  return `${verdict}: ${others.map(([name, p]) => `${name} ${pText(p)}`).join('; ')}.`;
}

function sensitivity({ plan, primary, withoutExclusions: all }: StudyReport): string {
  if (all.participants === primary.participants)
    return 'Without the exclusions the data of this test are the same.';
  const [with_, without] = [primary, all].map(({ paired }) =>
    significant(paired.pValue, plan.alpha),
  );
  const same = with_ === without ? 'the decision is the same' : 'the decision would be another';
  return `Without the exclusions (${people(all.participants)}) ${same}: ${testText(all)}.`;
}

const testText = ({ paired }: Comparison): string =>
  paired.t === null
    ? pText(paired.pValue)
    : `t(${paired.df}) = ${fixed(paired.t, 3)}, ${pText(paired.pValue)}`;

function secondaryFindings({ plan, secondary }: StudyReport): string {
  const found = secondary
    .filter(({ adjustedPValue }) => significant(adjustedPValue, plan.alpha))
    .map(({ arms: [a, b], paired, adjustedPValue }) => {
      const [more, fewer] = paired.difference! > 0 ? [a, b] : [b, a];
      return `"${more}" over "${fewer}" (${pText(adjustedPValue)})`;
    });
  const of = `${secondary.length} other ${secondary.length === 1 ? 'pair' : 'pairs'} of arms`;
  return found.length === 0
    ? `Of ${of} none differs after Holm's correction.`
    : `Of ${of}, after Holm's correction: ${found.join(', ')}.`;
}
