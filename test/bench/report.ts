/** What `npm run bench` finds: the shape of `reports/benchmarks/report.json`. */

export const partNames = [
  ...(['mel', 'peak', 'file', 'embedding', 'search'] as const),
  ...(['workers', 'library', 'scan', 'analysis'] as const),
];
export type PartName = (typeof partNames)[number];

/** With what holds it with 95 % confidence. */
export interface Estimate {
  value: number;
  interval: [number, number];
}

/** null: there is none. */
export type Value = number | string | null | Estimate;

export interface Column {
  /** Key of the rows. */
  name: string;
  title: string;
  /** Of the numbers. */
  unit?: string;
}

/** The first column names the row. */
export interface Table {
  title: string;
  columns: Column[];
  rows: Record<string, Value>[];
}

export interface Part {
  part: PartName;
  title: string;
  /** How it was measured. */
  about: string;
  /** ISO 8601. */
  createdAt: string;
  /** Processor and Node. */
  machine: string;
  tables: Table[];
}

export interface BenchmarksReport {
  kind: 'benchmarks';
  /** Of the latest part, ISO 8601. */
  createdAt: string;
  command: string;
  /** Of the latest part. */
  machine: string;
  /** Sentences made of the numbers. */
  findings: string[];
  parts: Part[];
}
