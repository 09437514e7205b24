'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, createContext, useContext, useEffect, useRef } from 'react';
import { type Outputs, useTRPC } from './trpc.ts';
import { useLive } from './use-live.ts';

export type AnalysisProgress = Outputs['analysis']['state'];

const AnalysisContext = createContext<AnalysisProgress | undefined>(undefined);

/** The analysis as the server tells it, undefined before its first word. */
export const useAnalysis = () => useContext(AnalysisContext);

/** How often lists of the library are fetched again while songs are being analysed. */
const refreshMilliseconds = 4000;

/** One subscription for the whole page; keeps what depends on the library's songs fresh. */
export function AnalysisProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const data = useLive(trpc.analysis.progress.subscriptionOptions());
  const refreshed = useRef<{ at: number; last?: AnalysisProgress }>({ at: 0 });
  useEffect(() => {
    if (!data) return;
    const { at, last } = refreshed.current;
    // A short analysis may begin and end between two words of the server.
    const hasTurned = data.state !== last?.state || data.endedAt !== last.endedAt;
    const isDue = data.done !== last?.done && Date.now() - at > refreshMilliseconds;
    if (last && !hasTurned && !isDue) return;
    refreshed.current = { at: Date.now(), last: data };
    // With its first word the lists are on their way.
    if (!last) return;
    void queryClient.invalidateQueries({ queryKey: trpc.library.pathKey() });
  }, [data, queryClient, trpc]);
  return <AnalysisContext value={data}>{children}</AnalysisContext>;
}
