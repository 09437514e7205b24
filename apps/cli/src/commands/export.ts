import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { embeddingOf, genreProfile } from '@consonance/recommender';
import { withConsonance } from '../compose.ts';
import { globalOptions, print } from '../context.ts';

export function registerExport(program: Command): void {
  program
    .command('export')
    .description('take data out of the library')
    .command('embeddings')
    .description('one JSON object a line: path, modelId, embedding, genres (label -> probability)')
    .requiredOption('--out <file.jsonl>', 'the file to write')
    .action(async ({ out }: { out: string }, command: Command) => {
      const options = globalOptions(command);
      const exported = await withConsonance(options.dataDir, async (consonance) => {
        const { modelId } = consonance;
        const { catalogue: songs, tracks } = await consonance.music();
        const lines = Readable.from(
          songs.ids.keys().map((row) => {
            const { path } = tracks[row]!;
            const embedding = [...embeddingOf(songs, row)];
            return `${JSON.stringify({ path, modelId, embedding, genres: genreProfile(songs, row) })}\n`;
          }),
        );
        await pipeline(lines, createWriteStream(out));
        return songs.size;
      });
      print(options, { exported, out }, `${exported} embeddings written to ${out}`);
    });
}
