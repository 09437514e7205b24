/** The process behind AudioWorkerPool: one file at a time. */
import { analyzeFile } from './analyze.ts';
import { AudioError } from './errors.ts';
import type { Jobs, Ready, Request, Response } from './messages.ts';
import { storeMels } from './stored-mel.ts';

type Run<Name extends keyof Jobs> = (
  path: string,
  options: Jobs[Name]['options'],
) => Promise<Jobs[Name]['result']>;

/** What an analysis does not need is loaded when first asked for. */
const jobs: { [Name in keyof Jobs]: Run<Name> } = {
  analyze: (path, { frontEnd }) => analyzeFile(path, frontEnd),
  analyzeInto: async (path, { frontEnd, target }) => {
    const audio = await analyzeFile(path, frontEnd);
    return { ...audio, windows: storeMels(audio.windows, target) };
  },
  format: async (path) => (await import('./media/transcode.ts')).audioFormat(path),
  transcode: async (path, { target, format, bitRate }) =>
    (await import('./media/transcode.ts')).transcode(path, target, format, bitRate),
  cover: async (path, { size }) => (await import('./media/cover.ts')).coverImage(path, size),
  spectrogram: async (path, { frontEnd }) =>
    (await import('./media/spectrogram.ts')).melSpectrogramImage(path, frontEnd),
  peaks: async (path) => (await import('./media/peaks.ts')).waveformPeaks(path),
  clip: async (path, { target, ...options }) =>
    (await import('./media/clip.ts')).writeClip(path, target, options),
  soundCheck: async (target, { seconds }) =>
    (await import('./media/clip.ts')).writeSoundCheck(target, seconds),
  confinement: async (folder) => (await import('./sandbox.ts')).tryToBreakOut(folder),
};

process.on('disconnect', () => process.exit());
process.on('message', async (request: Request) => {
  process.send!(await respond(request));
});
process.send!('ready' satisfies Ready);

async function respond({ job, path, options }: Request): Promise<Response> {
  try {
    const run = jobs[job] as (path: string, options: object) => Promise<unknown>;
    return { result: await run(path, options) };
  } catch (error) {
    if (error instanceof AudioError) return { code: error.code, message: error.message };
    return { code: 'CRASHED', message: `The work on ${path} failed: ${String(error)}` };
  }
}
