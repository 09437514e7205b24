/** The options that say which songs may come and how the ranking is refined. */
import { type Command, InvalidArgumentError } from 'commander';
import { minutes, positiveInteger, share } from './numbers.ts';

/** @param maxPerArtist the default; none without it. */
export const withRefineOptions = (command: Command, maxPerArtist?: number): Command =>
  command
    .option(
      '--max-per-artist <n>',
      'at most so many songs of one artist',
      positiveInteger,
      maxPerArtist,
    )
    .option('--max-per-album <n>', 'at most so many songs of one album', positiveInteger)
    .option('--diversity <0..1>', 'how much the songs should differ from each other', share)
    .option('--genres <a,b>', 'only songs that are likely to be of one of these genres', genreList)
    .option('--min-minutes <n>', 'only songs that last at least this long', minutes)
    .option('--max-minutes <n>', 'only songs that last at most this long', minutes)
    .option('--keep-versions', 'list other versions of a song, and copies, as songs of their own');

function genreList(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  if (labels.includes('')) throw new InvalidArgumentError('Expected genres with commas between.');
  return labels;
}
