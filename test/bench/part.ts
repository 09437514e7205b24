import type { Competitors } from './competitors/processes.ts';
import type { Table } from './report.ts';

/** What a part gets. */
export interface Context {
  /** For files, removed at the end. */
  folder: string;
  /** Timed runs of each peer. */
  rounds: number;
  log(text: string): void;
  /** Starts the peers, and installs them before, at the first call. */
  competitors(): Promise<Competitors>;
}

export interface BenchmarkPart {
  title: string;
  about: string;
  measure(context: Context): Promise<Table[]>;
}
