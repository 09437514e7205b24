/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander';

const numberThat =
  (what: string, holds: (value: number) => boolean) =>
  (text: string): number => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!holds(value)) throw new InvalidArgumentError(`Expected ${what} but received "${text}".`);
    return value;
  };

export const positiveInteger = numberThat(
  'a positive integer',
  (value) => Number.isInteger(value) && value >= 1,
);

export const niceness = numberThat(
  'an integer from 0 to 19',
  (value) => Number.isInteger(value) && value >= 0 && value <= 19,
);

export const share = numberThat('a number from 0 to 1', (value) => value >= 0 && value <= 1);

export const minutes = numberThat(
  'a number of minutes of at least 0',
  (value) => value >= 0 && Number.isFinite(value),
);

export const port = numberThat(
  'a port from 0 to 65535',
  (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
);
