/** Reading numbers out of the tables of a report. */
import type { BenchmarksReport, PartName, Table, Value } from './report.ts';

/** NaN where there is none. */
export const numberOf = (value: Value | undefined): number =>
  typeof value === 'object' && value !== null ? value.value : Number(value ?? NaN);

/** @param row what the first column says */
export const cell = (table: Table, row: string | number, column: string): number =>
  numberOf(table.rows.find((cells) => cells[table.columns[0]!.name] === row)?.[column]);

/** @throws Error where the part was not measured */
export function tablesOf({ parts }: Pick<BenchmarksReport, 'parts'>, name: PartName): Table[] {
  const found = parts.find(({ part }) => part === name);
  if (!found)
    throw new Error(
      `Expected part "${name}" in the report: npm run bench -- --only ${name} --write`,
    );
  return found.tables;
}
