/** The raw ratings as CSV; with the plan they give the whole report again. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { StudyError } from './errors.ts';
import { ratingRange, type StudyPlan } from './plan.ts';
import type { ParticipantRecord, RatedClip } from './records.ts';

const columns = {
  participant: 'pseudonym of the participant',
  number: 'order of entering, from 1; decides the order of the clips',
  startedAt: 'when the participant entered, ISO 8601, UTC',
  finishedAt: 'when the participant finished; empty: did not',
  clip: 'position of the clip, from 1; empty: the participant left before the first',
  trackId: 'id of the song in the library',
  arms: 'arms that recommended the song, separated by ";"; empty for an attention check',
  rating: 'the answer; empty: not rated',
  listenedSeconds: 'seconds of the clip heard before the rating',
  attention: 'the answer that an attention check asked for; empty for all other clips',
} as const;

type Column = keyof typeof columns;
type Row = Record<Column, string>;

/** One row a clip, in the order of entering; RFC 4180. */
export const ratingsCsv = (records: readonly ParticipantRecord[]): string =>
  stringify(
    records
      .toSorted((a, b) => a.number - b.number)
      .flatMap((record) => {
        const { id, number, startedAt, finishedAt } = record;
        const participant = { participant: id, number, startedAt, finishedAt };
        return record.clips.length === 0
          ? [participant]
          : record.clips.map(({ arms, ...clip }) => ({
              ...participant,
              ...clip,
              arms: arms.join(';'),
            }));
      }),
    { header: true, columns: Object.keys(columns) },
  );

/** @throws StudyError BAD_RECORD, naming the line and the column */
export function parseRatingsCsv(csv: string): ParticipantRecord[] {
  const rows = parse(csv, { columns: true, bom: true }) as Row[];
  const missing = Object.keys(columns).filter((name) => rows[0] && !(name in rows[0]));
  if (missing.length > 0)
    throw new StudyError('BAD_RECORD', `Expected a column ${missing[0]} but received none.`);
  const read = rows.map((row, i) => ({ row, number: numberReader(row, i + 2) }));
  return [...Map.groupBy(read, ({ row }) => row.participant).values()].map((own) => ({
    id: own[0]!.row.participant,
    number: own[0]!.number('number'),
    startedAt: own[0]!.row.startedAt,
    finishedAt: own[0]!.row.finishedAt || null,
    clips: own
      .filter(({ row }) => row.clip !== '')
      .map(({ row, number }): RatedClip => ({
        clip: number('clip'),
        trackId: row.trackId,
        arms: row.arms === '' ? [] : row.arms.split(';'),
        rating: row.rating === '' ? null : number('rating'),
        listenedSeconds: number('listenedSeconds'),
        ...(row.attention !== '' && { attention: number('attention') }),
      })),
  }));
}

const numberReader =
  (row: Row, line: number) =>
  (column: Column): number => {
    const value = Number(row[column]);
    if (row[column].trim() === '' || !Number.isFinite(value))
      throw new StudyError(
        'BAD_RECORD',
        `Expected a number for ${column} in line ${line} but received "${row[column]}".`,
      );
    return value;
  };

/** What the columns and values of the CSV mean: CSV again, one row a column. */
export function codebook(plan: StudyPlan): string {
  const [lowest, highest] = ratingRange(plan.scale);
  const scale =
    plan.scale === 'like'
      ? '0 dislike, 1 like'
      : `${lowest} (dislike very much) to ${highest} (like very much); ${plan.likeFrom} or more counts as liked`;
  const values: Partial<Record<Column, string>> = {
    arms: plan.arms
      .map(({ name, source, songs }) => `"${name}": ${songs} songs, ${sourceText(source)}`)
      .join('; '),
    rating: scale,
    attention: scale,
    listenedSeconds: `at least ${plan.minimumListenSeconds} asked for, of ${plan.clipSeconds}`,
  };
  const rows = Object.entries(columns).map(([column, meaning]) => ({
    column,
    meaning,
    values: values[column as Column] ?? '',
  }));
  return stringify(rows, { header: true, columns: ['column', 'meaning', 'values'] });
}

export function sourceText(source: StudyPlan['arms'][number]['source']): string {
  switch (source.kind) {
    case 'method':
      return `method ${source.method}${source.variant ? ` (${source.variant})` : ''}`;
    case 'random':
      return 'drawn at random from the library';
    case 'popularity':
      return 'the most played of the library';
    case 'set':
      return `from ${source.trackIds.length} set by the experimenter`;
  }
}
