import { createReadStream } from 'node:fs';
import { type Options, parse } from 'csv-parse';
import { ModelError } from '../../errors.ts';

export interface Row<T> {
  record: T;
  info: { lines: number };
}

/**
 * The rows of a CSV file, streamed, each with the number of its last line.
 *
 * @throws ModelError BAD_DATA naming the file, and the line where there is one
 */
export async function* csvRows<T>(file: string, options: Options): AsyncGenerator<Row<T>> {
  const parser = parse({ ...options, bom: true, info: true, skip_empty_lines: true });
  const stream = createReadStream(file).on('error', (error) => parser.destroy(error));
  try {
    yield* stream.pipe(parser) as AsyncIterable<Row<T>>;
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(
      'BAD_DATA',
      `Expected readable CSV in ${file} but received: ${(cause as Error).message}.`,
      { cause },
    );
  } finally {
    stream.destroy();
  }
}
