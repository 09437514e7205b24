import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { globalOptions, print } from '../context.ts';
import { UsageError } from '../errors.ts';

interface FitOptions {
  data: string;
  out: string;
  network?: string;
  cache: string;
}

export function registerFit(program: Command): void {
  program
    .command('fit')
    .description(
      'fit an embedder that is made of parts to labelled music: its scales, axes and genre classifier',
    )
    .argument('<embedder>', 'timbre, musicnn, timbre+crnn, timbre+musicnn or fusion')
    .requiredOption('--data <path>', 'a data set (docs/datasets.md)')
    .requiredOption('--out <folder>', 'the model folder to write')
    .option('--network <folder>', 'model folder of the network that is a part; stays where it is')
    .option('--cache <folder>', 'where spectrograms are kept', path.join('.cache', 'mel'))
    .action(async (name: string, chosen: FitOptions, command: Command) => {
      // Loads TensorFlow into this process, so only when it is wanted.
      const { fitNamed, fittedCard } = await import('@consonance/research/embedders');
      const outDirectory = path.resolve(chosen.out);
      await mkdir(outDirectory, { recursive: true });
      const shown = [
        `consonance fit ${name} --data ${path.basename(chosen.data)} --out ${path.basename(chosen.out)}`,
        ...(chosen.network ? [`--network ${path.basename(chosen.network)}`] : []),
      ];
      const fitted = await fitNamed(name, {
        data: chosen.data,
        outDirectory,
        cacheDirectory: path.resolve(chosen.cache),
        ...(chosen.network && { network: path.resolve(chosen.network) }),
      });
      if (!fitted)
        throw new UsageError(
          `Expected the name of an embedder made of parts but received "${name}".`,
        );
      const card = fittedCard({ ...fitted, name, command: shown.join(' '), date: new Date() });
      await writeFile(path.join(outDirectory, 'MODEL_CARD.md'), card);
      print(
        globalOptions(command),
        { modelId: fitted.modelId, outDirectory },
        `${fitted.modelId} in ${outDirectory}`,
      );
    });
}
