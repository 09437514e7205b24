import { EstimateCell, NumberTable } from '../models/number-table.tsx';
import { number, pText, signed } from '../models/numbers.ts';
import { Panel } from '../models/panel.tsx';
import type { Report } from './results.tsx';

/** The primary comparison by the announced test and by others. */
export function Tests({ report: { primary, withoutExclusions, clipModel, power } }: TestsProps) {
  const { arms, paired, welch, pooled, wilcoxon, permutation, effect, participants } = primary;
  const odds = clipModel?.odds.find(({ arm }) => arm === arms[1]);
  const t = ({ t: statistic }: { t: number | null }) => `t = ${number(statistic)}`;
  return (
    <Panel
      title={`${arms[0]} against ${arms[1]}`}
      note={`Participants: ${participants}. Likes of the first minus likes of the second: ${signed(paired.difference, 2)}; effect size d_z ${number(effect.dz, 2)} (${effect.interval.map((bound) => number(bound, 2)).join(' to ')}). Power for the smallest effect worth finding: ${number(power, 2)}.`}
    >
      <NumberTable
        label="Tests of the primary comparison"
        head={['Test', 'Statistic', 'Degrees of freedom', 'Critical value', 'p']}
        rows={[
          [
            'Paired t, announced',
            t(paired),
            number(paired.df, 0),
            number(paired.criticalValue),
            pText(paired.pValue),
          ],
          [
            'Welch’s t',
            t(welch),
            number(welch.df, 1),
            number(welch.criticalValue),
            pText(welch.pValue),
          ],
          [
            'Pooled t',
            t(pooled),
            number(pooled.df, 0),
            number(pooled.criticalValue),
            pText(pooled.pValue),
          ],
          [
            'Wilcoxon signed ranks, exact',
            `W = ${number(wilcoxon.positiveRanks, 1)}`,
            '–',
            '–',
            pText(wilcoxon.exactPValue),
          ],
          ['Permutation of signs', '–', '–', '–', pText(permutation.pValue)],
          [
            'Logistic model of the clips (GEE)',
            odds ? `odds × ${number(odds.ratio, 2)}` : '–',
            '–',
            '–',
            pText(odds?.pValue ?? null),
          ],
          [
            'Paired t, nobody left out',
            t(withoutExclusions.paired),
            number(withoutExclusions.paired.df, 0),
            number(withoutExclusions.paired.criticalValue),
            pText(withoutExclusions.paired.pValue),
          ],
        ]}
      />
    </Panel>
  );
}

interface TestsProps {
  report: Report;
}

/** All other pairs of arms. */
export function SecondaryTests({ report: { secondary } }: TestsProps) {
  return (
    <Panel
      title="Other comparisons"
      note="Paired t-tests; the last column is corrected for their number (Holm)."
    >
      <NumberTable
        label="Other comparisons"
        head={['Sources', 'Difference', 'd_z', 'p', 'p, corrected']}
        rows={secondary.map(({ arms, paired, effect, adjustedPValue }) => [
          arms.join(' – '),
          <EstimateCell
            key="d"
            estimate={{ value: paired.difference, interval: bounds(paired.interval) }}
            isDifference
          />,
          number(effect.dz, 2),
          pText(paired.pValue),
          pText(adjustedPValue),
        ])}
      />
    </Panel>
  );
}

const bounds = ([low, high]: readonly (number | null)[]): [number, number] | null =>
  typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
