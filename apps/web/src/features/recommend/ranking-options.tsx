import { Button } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { lazy } from 'react';
import { OnDemand } from '../../components/on-demand.tsx';
import { isChanged, useRanking } from './use-ranking.ts';

const load = () => import('./opened-ranking-options.tsx');
const OpenedRankingOptions = lazy(load);

/** A button that opens what few people change about the methods; filled while something is changed. */
export function RankingOptions() {
  const [ranking] = useRanking();
  const button = (
    <Button
      size="xs"
      variant={isChanged(ranking) ? 'light' : 'default'}
      leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.7} aria-hidden />}
    >
      {isChanged(ranking) ? 'Options changed' : 'Options'}
    </Button>
  );
  return (
    <OnDemand button={button} opens="dialog" load={load}>
      <OpenedRankingOptions button={button} />
    </OnDemand>
  );
}
