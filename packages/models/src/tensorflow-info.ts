import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ModelError } from './errors.ts';

export interface TensorflowInfo {
  /** Version of the TensorFlow C library. */
  version: string;
  tfjsVersion: string;
  device: 'CPU' | 'GPU';
}

/** Asks TensorFlow in a process of its own, which keeps its weight out of this one. */
export async function tensorflowInfo(): Promise<TensorflowInfo> {
  const script = `import(${JSON.stringify(new URL('./tensorflow.ts', import.meta.url).href)})
    .then(({ tensorflowInfo }) => console.log(JSON.stringify(tensorflowInfo())))
    .catch((error) => { console.log(JSON.stringify({ message: error.message })); });`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  const answer = JSON.parse(stdout.trim().split('\n').at(-1)!) as
    TensorflowInfo | { message: string };
  if ('message' in answer) throw new ModelError('NO_TENSORFLOW', answer.message);
  return answer;
}
