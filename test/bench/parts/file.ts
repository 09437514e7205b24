/** A whole MP3 to its mel spectrogram, against decoders alone and against librosa. */
import path from 'node:path';
import { compete, type Row } from '../compete.ts';
import type { Competitors } from '../competitors/processes.ts';
import { agreementOf } from './agreement.ts';
import { demoClips, makeMp3 } from '../make-audio.ts';

export interface FileResult {
  /** What was decoded. */
  input: string;
  rounds: number;
  rows: Row[];
}

const librosa = 'librosa.load and melspectrogram';
const settings = { sampleRate: 22050, fftSize: 2048, hopLength: 512, melBands: 128 };

export async function runFile(
  competitors: Competitors,
  { folder, rounds, log }: { folder: string; rounds: number; log: (text: string) => void },
): Promise<FileResult> {
  log('file: 30 s of stereo MP3');
  const input = path.join(folder, 'clip.mp3');
  await makeMp3((await demoClips()).slice(0, 1), input);
  const rows = await compete(
    competitors.of('file'),
    { task: 'file', settings, input },
    {
      ...{ folder, rounds, reference: 'Consonance, file to mel' },
      // Decoders and bliss-audio have no spectrogram to compare.
      agreement: (result, all) =>
        result.length === 0 ? null : agreementOf(result, all.get(librosa)!, settings.melBands),
    },
  );
  return { input: 'one demo clip of 30 s as MP3, stereo, 44.1 kHz, 256 kb/s', rounds, rows };
}
