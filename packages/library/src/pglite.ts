import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite on Node switches fsync off, and its file system would ignore it: a commit would survive
 * `kill -9` but not a power cut. Both are put back (about 1 ms a commit on an SSD).
 */
export function openPGlite(directory: string): Promise<PGlite> {
  return PGlite.create({
    fs: new SyncingFS(directory),
    extensions: { vector },
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...['-c', 'wal_sync_method=fsync'],
      // Of each table 300 rows are looked at: enough for keys, and done in milliseconds.
      ...['-c', 'default_statistics_target=1'],
    ],
  });
}

interface EmscriptenModule {
  FS: { filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } } } };
}

class SyncingFS extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>) {
    const { emscriptenOpts } = await super.init(...parameters);
    const addSync = ({ FS }: EmscriptenModule) => {
      FS.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        return 0;
      };
    };
    const preRun = [...(emscriptenOpts.preRun ?? []), addSync];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}
