import type { Ablation, Saliency } from '../report-types.ts';
import { range, verdict } from './findings.ts';

/** What the numbers say, in sentences that the numbers themselves decide. */
export function ablationFindings(
  ablations: readonly Ablation[],
  saliency: readonly Saliency[],
): string[] {
  return [
    ...ablations.map(({ name, note, difference }) => {
      const word = { worse: 'costs', better: 'gains', open: 'does not measurably change' }[
        verdict(difference.macroAuc)
      ];
      const what = word === 'does not measurably change' ? 'macro AUC' : 'in macro AUC';
      return `${capital(name)} (${note}) ${word} ${what}: ${range(difference.macroAuc)}.`;
    }),
    ...saliency.map(({ label, frequencies, byFrequency }) => {
      const costs = byFrequency.map(({ value }) => value ?? -Infinity);
      const at = costs.indexOf(Math.max(...costs));
      return `For ${label}, the bands around ${frequencies[at]} Hz matter most: hiding them costs ${range(byFrequency[at]!)} logits.`;
    }),
  ];
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
