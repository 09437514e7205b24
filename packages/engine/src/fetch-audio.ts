import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type LocalFile, type PendingFile, contentHash, traceHeaders } from '@consonance/library';

/** An API on the same library, on a machine that has the music. */
export interface AudioServer {
  /** As 'https://music.example.org'. */
  url: string;
  /** Of any user; undefined where nobody has to log in. */
  appPassword?: string | undefined;
}

/**
 * Fetches the files of a worker that has no music of its own, each into a temporary folder that goes
 * with it. A file that is no longer what the library knows keeps the time at which it came, by which
 * the analysis sees that it has changed.
 */
export const fetchingFrom =
  ({ url, appPassword }: AudioServer) =>
  async (file: PendingFile): Promise<LocalFile> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'consonance-audio-'));
    const remove = () => rm(folder, { recursive: true, force: true });
    try {
      const copy = path.join(folder, `audio${path.extname(file.path)}`);
      const bytes = await download(new URL(`/media/file/${file.id}`, url), appPassword, copy);
      const isSame = bytes === file.size && (await contentHash(copy, bytes)) === file.contentHash;
      if (isSame) await utimes(copy, file.mtime / 1000, file.mtime / 1000);
      return { path: copy, [Symbol.asyncDispose]: remove };
    } catch (error) {
      await remove();
      throw new Error(`Cannot fetch ${file.path} from ${url}: ${reason(error)}`, { cause: error });
    }
  };

/** @returns the number of bytes; rejects when some are missing */
async function download(url: URL, appPassword: string | undefined, to: string): Promise<number> {
  const response = await fetch(url, {
    headers: {
      'accept-encoding': 'identity',
      ...traceHeaders(),
      ...(appPassword && { authorization: `Bearer ${appPassword}` }),
    },
    // The password goes to this server only.
    redirect: 'error',
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    const hint = response.status === 401 ? ' (is CONSONANCE_APP_PASSWORD an app password?)' : '';
    throw new Error(`Expected status 200 but received ${response.status}${hint}`);
  }
  const target = createWriteStream(to, { flags: 'wx', mode: 0o600 });
  await pipeline(response.body as AsyncIterable<Uint8Array>, target);
  const expected = Number(response.headers.get('content-length'));
  if (target.bytesWritten === expected) return expected;
  throw new Error(`Expected ${expected} bytes but received ${target.bytesWritten}`);
}

/** What `fetch` says is in the cause. */
function reason(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || String(cause) : message;
}
