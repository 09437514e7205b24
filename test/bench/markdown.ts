import { numberOf } from './cells.ts';
import type { BenchmarksReport, Table, Value } from './report.ts';

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function valueText(value: Value | undefined, unit = ''): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return `${digits.format(value)} ${unit}`.trimEnd();
  const ends = value.interval.map((end) => digits.format(end)).join(', ');
  return `${valueText(value.value, unit)} [${ends}]`;
}

export function tableText({ title, columns, rows }: Table): string {
  const lines = [
    columns.map((column) => column.title),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(({ name, unit }) => valueText(row[name], unit))),
  ];
  return [`\n${title}\n`, ...lines.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

export const reportText = ({ findings, parts }: Pick<BenchmarksReport, 'findings' | 'parts'>) =>
  [
    ...findings.map((finding) => `- ${finding}`),
    ...parts.flatMap(({ title, about, machine, createdAt, tables }) => [
      `\n## ${title}\n\n${about}\n\n${machine}, ${createdAt.slice(0, 10)}`,
      ...tables.map(tableText),
    ]),
  ].join('\n');

/** The README's: how many times Consonance is faster at mel spectrograms, by peer and front end, in turns and in a row. */
export function summaryText({ parts }: Pick<BenchmarksReport, 'parts'>): string {
  const tables = parts.find(({ part }) => part === 'mel')?.tables ?? [];
  const peers = (tables[0]?.rows ?? []).filter(
    ({ peer }) => typeof peer === 'string' && !peer.startsWith('Consonance'),
  );
  const columns = tables.map(({ title }, i) => ({ name: `${i}`, title }));
  return tableText({
    title:
      'Mel spectrogram of 30 s, CPU time of one thread against Consonance: in turns with the others, caches cold; and in a row',
    columns: [{ name: 'peer', title: 'peer' }, ...columns],
    rows: peers.map(({ peer, version }) => ({
      peer: `${peer} ${version}`.trim(),
      ...Object.fromEntries(
        tables.map(({ rows }, i) => {
          const { ratio, ratioInARow } = rows.find((row) => row.peer === peer) ?? {};
          if (!ratio) return [`${i}`, null];
          const texts = [ratio, ratioInARow].map((value) => valueText(numberOf(value)));
          return [`${i}`, `${texts.join('; ')} times`];
        }),
      ),
    })),
  });
}
