/** Sentences made of the numbers of a report. */
import { cell, numberOf } from './cells.ts';
import { valueText } from './markdown.ts';
import type { Part, PartName, Table } from './report.ts';

export function findingsOf(parts: readonly Part[]): string[] {
  const finders: Record<PartName, (tables: Table[]) => string | string[]> = {
    mel,
    peak,
    file,
    embedding,
    search,
    workers,
    library,
    scan,
    analysis,
  };
  return parts.flatMap(({ part, tables }) => finders[part](tables));
}

/** Those that could do the task of any of the tables. */
function peersOf(tables: readonly Table[]): string[] {
  const able = tables.flatMap(({ rows }) => rows.filter(({ ratio }) => ratio !== null));
  const names = new Set(able.map(({ peer }) => String(peer)));
  return [...names].filter((name) => !name.startsWith('Consonance'));
}

function mel(tables: Table[]): string {
  const range = (peer: string, column: string) => {
    const ratios = tables.map((table) => cell(table, peer, column)).filter(Number.isFinite);
    return `${valueText(Math.min(...ratios))} to ${valueText(Math.max(...ratios))}`;
  };
  const slower = peersOf(tables).map(
    (peer) => `${peer} ${range(peer, 'ratio')} (in a row ${range(peer, 'ratioInARow')})`,
  );
  return `Mel spectrograms: times the CPU time of Consonance take ${slower.join(', ')}.`;
}

function peak([, reached]: Table[]): string {
  const range = (column: string, precision: string) => {
    const rows = reached!.rows.filter(({ frontEnd }) => String(frontEnd).endsWith(precision));
    const shares = rows.map((row) => numberOf(row[column]));
    return `${valueText(Math.min(...shares))} to ${valueText(Math.max(...shares))} %`;
  };
  const shares = ['float32', 'float64'].map(
    (precision) =>
      `${range('operations', precision)} of the operations and ${range('bytes', precision)} of the bytes in ${precision}`,
  );
  return `Of the peak rates of one core, mel spectrograms reach ${shares.join(', ')}.`;
}

function file([table]: Table[]): string {
  const ratios = peersOf([table!]).map(
    (peer) => `${peer} ${valueText(cell(table!, peer, 'ratio'))}`,
  );
  return `30 s of MP3 to its mel spectrogram: times the CPU time of Consonance take ${ratios.join('; ')}.`;
}

function embedding([table]: Table[]): string {
  const costs = table!.rows.map(
    ({ file: name, cpu }) => `${name} ${valueText(numberOf(cpu), 'ms')}`,
  );
  return `File to embedding, CPU time: ${costs.join('; ')}.`;
}

function search(tables: Table[]): string {
  const costs = tables.map((table) => {
    const songs = Number(table.title.replace(/\D/g, ''));
    const microseconds = (1000 * cell(table, 'Consonance', 'time')) / (songs / 1000);
    return `${valueText(microseconds, 'µs')} at ${table.title}`;
  });
  return `Exact search: a thousand songs take ${costs.join(', ')}.`;
}

function workers([table]: Table[]): string {
  const rates = table!.rows.map(
    ({ decoders, rate }) => `${valueText(rate)} with ${valueText(decoders)}`,
  );
  return `MP3s of 4 minutes analysed a second, by number of decoders: ${rates.join(', ')}.`;
}

function library([bytes, time]: Table[]): string[] {
  const row = bytes!.rows.at(-1)!;
  const sum = (...names: string[]) =>
    valueText(names.reduce((total, name) => total + numberOf(row[name]), 0));
  return [
    `A song of a library of ${valueText(row.songs)} takes ${sum('tracks', 'features')} bytes of the database and ` +
      `${sum('vectors', 'heap')} bytes of memory.`,
    growth('Library', time!),
  ];
}

const scan = ([table]: Table[]): string => growth('Scan', table!);

const analysis = ([table]: Table[]): string => growth('Analysis', table!);

function growth(what: string, table: Table): string {
  const tasks = table.rows.map(
    ({ task, exponent }) => `${valueText(exponent)} (${valueText(task)})`,
  );
  return `${what}: CPU time goes with the number of songs to the power of ${tasks.join(', ')}.`;
}
