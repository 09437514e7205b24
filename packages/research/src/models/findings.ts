/** What the numbers say, in sentences that the numbers themselves decide. */
import type {
  ComparedModel,
  Difference,
  EmbeddingQuality,
  Estimate,
  Leak,
  ModelDifference,
} from '../report-types.ts';

const digits = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3);

export const range = ({ value, interval }: Estimate): string =>
  interval ? `${digits(value)} [${interval.map(digits).join(', ')}]` : digits(value);

type Verdict = 'better' | 'worse' | 'open';

/** Only an interval that lies on one side of 0 decides. */
export const verdict = ({ interval }: Difference): Verdict =>
  !interval || (interval[0] <= 0 && interval[1] >= 0)
    ? 'open'
    : interval[0] > 0
      ? 'better'
      : 'worse';

export function comparisonFindings({
  models,
  differences,
  leaks,
  embeddings,
}: {
  models: readonly ComparedModel[];
  differences: readonly ModelDifference[];
  leaks: readonly Leak[];
  embeddings: readonly EmbeddingQuality[];
}): string[] {
  const [networks, ...rest] = differences as [ModelDifference, ...ModelDifference[]];
  return [
    compareNetworks(networks),
    ...genreFindings(networks),
    ...models
      .filter(({ kind }) => kind === 'network')
      .map(({ name }) =>
        againstBaselines(
          name,
          rest.filter(({ a }) => a === name),
        ),
      ),
    ...embeddingFindings(embeddings),
    ...leaks.map(
      ({ model, byArtist, atRandom }) =>
        `${model}: accuracy ${range(byArtist.accuracy)} where the split keeps artists together, ${range(atRandom.accuracy)} where it is random; the second hears the test artists in training and says little about new music.`,
    ),
  ];
}

function compareNetworks({ a, b, accuracy, macroF1, macroAuc, mcNemar }: ModelDifference): string {
  const numbers = `macro F1 ${range(macroF1)}, macro AUC ${range(macroAuc)}, accuracy ${range(accuracy)}; McNemar p ${mcNemar.map(({ exactPValue }) => digits(exactPValue)).join(', ')}`;
  const decided = [macroF1, macroAuc].map(verdict);
  if (decided.includes('better') && !decided.includes('worse'))
    return `${a} is better than ${b} (${a} minus ${b}: ${numbers}).`;
  if (decided.includes('worse') && !decided.includes('better'))
    return `${a} is worse than ${b} (${a} minus ${b}: ${numbers}).`;
  return `These data do not decide between ${a} and ${b} (${a} minus ${b}: ${numbers}).`;
}

function genreFindings({ a, b, perLabel }: ModelDifference): string[] {
  const of = (wanted: Verdict) =>
    perLabel.filter(({ auc }) => verdict(auc) === wanted).map(({ label }) => label);
  const sentences = (['better', 'worse'] as const)
    .filter((wanted) => of(wanted).length > 0)
    .map((wanted) => `${a} is ${wanted} than ${b} at ${of(wanted).join(', ')} (AUC).`);
  return sentences.length > 0 ? sentences : [`No genre decides between ${a} and ${b} (AUC).`];
}

function againstBaselines(name: string, differences: readonly ModelDifference[]): string {
  const lines = differences.map(({ b, macroAuc, macroF1 }) => {
    const numbers = `macro AUC ${range(macroAuc)}, macro F1 ${range(macroF1)}`;
    const word = { better: 'beats', worse: 'loses to', open: 'is not shown to beat' }[
      verdict(macroAuc)
    ];
    return `${word} ${b} on timbre statistics (difference in ${numbers})`;
  });
  return `${name} ${lines.join('; it ')}.`;
}

function embeddingFindings(embeddings: readonly EmbeddingQuality[]): string[] {
  const networks = embeddings.filter(({ layer }) => layer !== '');
  const best = networks.reduce((a, b) =>
    (b.precisionAt5.value ?? 0) > (a.precisionAt5.value ?? 0) ? b : a,
  );
  const word = { better: 'more than', worse: 'fewer than', open: 'not measurably more than' };
  return [
    `Of all layers, ${best.model}: ${best.layer} finds the most songs of the same genre (precision@5 ${range(best.precisionAt5)}), ${word[verdict(best.againstTimbre)]} timbre statistics (difference ${range(best.againstTimbre)}).`,
  ];
}
