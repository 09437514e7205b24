import { useLocalStorage } from '@mantine/hooks';

/** What may be changed about the ranking, on every page the same. */
export interface Ranking {
  /** Of method 2: genres weigh in, or decide. */
  variant: 'soft' | 'hard';
  /** Holds songs back that are near everything. */
  correctHubs: boolean;
}

const defaultValue: Ranking = { variant: 'soft', correctHubs: false };

/** The ranking of this browser, and how to change it. */
export function useRanking() {
  return useLocalStorage<Ranking>({ key: 'consonance-ranking', defaultValue });
}

export const isChanged = ({ variant, correctHubs }: Ranking) =>
  variant !== defaultValue.variant || correctHubs !== defaultValue.correctHubs;
