import type { ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { confineProgram } from '@consonance/decode-native';

/** What a decoder process can do though it need not. False is better. */
export interface Confinement {
  opensSockets: boolean;
  /** Outside the output directory. */
  writesFiles: boolean;
  signalsOthers: boolean;
}

/**
 * How to fork a process that can open no socket, signal no other process and write nowhere but in the
 * output directory; an ordinary process where there is no sandbox. Ctrl-C in a terminal does not reach it:
 * who started it decides when it ends.
 */
export function confined(outputDirectory: string | undefined): ForkOptions {
  if (confineProgram === undefined) return { execArgv: [], detached: true };
  return { execPath: confineProgram, execArgv: [outputDirectory ?? '', process.execPath] };
}

/** Tries, in this process, to listen, to write a file into `folder` and to signal the parent. */
export async function tryToBreakOut(folder: string): Promise<Confinement> {
  return {
    opensSockets: await canListen(),
    writesFiles: canWrite(folder),
    signalsOthers: canSignal(process.ppid),
  };
}

async function canListen(): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    server.close();
    return true;
  } catch {
    return false;
  }
}

const canWrite = (folder: string): boolean =>
  succeeds(() => {
    const file = join(folder, `consonance-${process.pid}`);
    writeFileSync(file, '');
    rmSync(file);
  });

/** Signal 0 is checked like any other, and not delivered. */
const canSignal = (id: number): boolean => succeeds(() => process.kill(id, 0));

function succeeds(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
