import type { SplitComparison } from '@consonance/recommender';
import type { EmbeddersReport } from '@consonance/research/embedders';
import type { AblationReport, ComparisonReport } from '@consonance/research/report-types';

export type { AblationReport, ComparisonReport, EmbeddersReport };

/** What `consonance evaluate recommenders` writes as report.json. */
export interface RecommendersReport {
  kind: 'recommenders';
  createdAt: string;
  command: string;
  dataset: { name: string; users: number; items: number; pairs: number };
  settings: { k: number; seeds: number[]; factors: number };
  limits: string[];
  splits: SplitComparison[];
}

/** With what holds it with 95 % confidence. */
export interface BenchmarkEstimate {
  value: number;
  interval: readonly [number, number];
}

export interface BenchmarkTable {
  title: string;
  /** The first names the row. */
  columns: { name: string; title: string; unit?: string }[];
  /** By column name; null: there is none. */
  rows: Record<string, number | string | null | BenchmarkEstimate>[];
}

/** What `npm run bench` writes as report.json. */
export interface BenchmarksReport {
  kind: 'benchmarks';
  createdAt: string;
  command: string;
  machine: string;
  findings: string[];
  parts: {
    part: string;
    title: string;
    /** How it was measured. */
    about: string;
    createdAt: string;
    machine: string;
    tables: BenchmarkTable[];
  }[];
}

export interface ReportOf {
  comparison: ComparisonReport;
  ablation: AblationReport;
  embedders: EmbeddersReport;
  recommenders: RecommendersReport;
  benchmarks: BenchmarksReport;
}

export type ReportKind = keyof ReportOf;

/** What makes such a report, and what it tells. */
export const reportKinds: Record<ReportKind, { command: string; about: string }> = {
  comparison: {
    command: 'consonance compare --data <data set>',
    about: 'Trains a CNN and a CRNN of one size over several seeds and compares them.',
  },
  ablation: {
    command: 'consonance ablate --data <data set>',
    about: 'Takes a network apart: what order, length, recurrence and frequencies are worth.',
  },
  embedders: {
    command: 'consonance evaluate embedders --data <data set>',
    about: 'Compares the embeddings on recordings of corpora that nothing was fitted to.',
  },
  recommenders: {
    command: 'consonance evaluate recommenders --listens <history>',
    about: 'Compares all recommenders on a listening history of many users.',
  },
  benchmarks: {
    command: 'npm run bench -- --write',
    about: 'Measures speed against other libraries on the same input, in a copy of the repository.',
  },
};
