import { access, constants } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import type { Command } from 'commander';
import { decoderInfo } from '@consonance/audio';
import { cpuFeatures } from '@consonance/dsp-native';
import { defaultModelDirectory, readModel, tensorflowInfo } from '@consonance/models';
import { withApp } from '../compose.ts';
import { type GlobalOptions, globalOptions, print } from '../context.ts';
import manifest from '../../package.json' with { type: 'json' };

interface Check {
  name: string;
  ok: boolean;
  /** What was found, or what is wrong. */
  detail: string;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check every part on this machine, with versions')
    .action(async (_: unknown, command: Command) => {
      const options = globalOptions(command);
      const checks: Check[] = [];
      for (const [name, inspect] of Object.entries(inspections)) {
        try {
          checks.push({ name, ok: true, detail: await inspect(options) });
        } catch (error) {
          checks.push({
            name,
            ok: false,
            detail: error instanceof Error ? error.message : String(error),
          });
        }
      }
      const ok = checks.every((check) => check.ok);
      const text = checks.map(
        ({ name, ok, detail }) => `${ok ? '✔' : '✖'} ${name.padEnd(14)} ${detail}`,
      );
      print(options, { ok, checks }, text.join('\n'));
      if (!ok) process.exitCode = 1;
    });
}

const inspections: Record<string, (options: GlobalOptions) => string | Promise<string>> = {
  consonance: () =>
    `${manifest.version}, Node ${process.version}, ${process.platform}-${process.arch}`,
  machine: () => `${cpus().length} x ${cpus()[0]?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  'audio core': () => {
    const { selected, available } = cpuFeatures();
    return `vector instructions ${selected} (available: ${available.join(', ')})`;
  },
  decoders: () => {
    const { version, decoders, missing } = decoderInfo();
    if (missing.length > 0) throw new Error(`${version} lacks decoders for ${missing.join(', ')}`);
    return `${version}: ${decoders.join(', ')}`;
  },
  TensorFlow: async () => {
    const { version, tfjsVersion, device } = await tensorflowInfo();
    return `${version} (tfjs ${tfjsVersion}) on the ${device}`;
  },
  model: async () => {
    const { modelId, dimensions, labels } = await readModel(defaultModelDirectory);
    return `${modelId}: ${dimensions} dimensions, ${labels.length} genres`;
  },
  database: async ({ dataDir }) => {
    const { files, failed } = await withApp(dataDir, (app) => app.library.status());
    return `PGlite with pgvector: ${files} files, ${failed} failed`;
  },
  'data directory': async ({ dataDir }) => {
    await access(dataDir, constants.W_OK);
    return dataDir;
  },
};
