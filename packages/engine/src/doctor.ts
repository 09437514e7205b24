import { access, constants } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { AudioWorkerPool, decoderInfo } from '@consonance/audio';
import { cpuFeatures } from '@consonance/dsp-native';
import type { Library } from '@consonance/library';
import { tensorflowInfo } from '@consonance/models';
import type { CurrentModel } from './model.ts';

export interface Check {
  name: string;
  ok: boolean;
  /** What was found, or what is wrong. */
  detail: string;
}

/** Looks at every part on this machine. @param open the library, which may be what is out of order */
export async function inspect(
  version: string,
  dataDirectory: string,
  open: () => Promise<{ library: Library; model: CurrentModel }>,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, look] of Object.entries(inspections(version, dataDirectory, open))) {
    try {
      checks.push({ name, ok: true, detail: await look() });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      checks.push({ name, ok: false, detail });
    }
  }
  return checks;
}

const inspections = (
  version: string,
  dataDirectory: string,
  open: () => Promise<{ library: Library; model: CurrentModel }>,
): Record<string, () => string | Promise<string>> => ({
  consonance: () => `${version}, Node ${process.version}, ${process.platform}-${process.arch}`,
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
  sandbox: async () => {
    const pool = new AudioWorkerPool({ workers: 1, frontEnd: (await open()).model.frontEnd });
    const found = await pool.confinement().finally(() => pool.close());
    const can = [
      found.opensSockets && 'open sockets',
      found.writesFiles && 'write files',
      found.signalsOthers && 'signal other processes',
    ].filter(Boolean);
    return can.length === 0
      ? 'decoders open no socket, write no file and signal no other process'
      : `decoders can ${can.join(', ')}; Linux 5.13 or newer with seccomp and Landlock forbids it`;
  },
  TensorFlow: async () => {
    const { version, tfjsVersion, device } = await tensorflowInfo();
    return `${version} (tfjs ${tfjsVersion}) on the ${device}`;
  },
  model: async () => {
    const { name, modelId, dimensions, labels } = (await open()).model;
    return `${name}, ${modelId}: ${dimensions} dimensions, ${labels.length} genres`;
  },
  database: async () => {
    const { library } = await open();
    const { files, failed } = await library.status();
    return `${await library.databaseVersion()}: ${files} files, ${failed} failed`;
  },
  'data directory': async () => {
    await access(dataDirectory, constants.W_OK);
    return dataDirectory;
  },
});
