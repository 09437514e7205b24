/** A whole MP3 to its mel spectrogram, against decoders alone and against librosa. */
import path from 'node:path';
import { compete, peerTable } from '../compete.ts';
import { demoClips, makeMp3 } from '../make-audio.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import type { Table } from '../report.ts';
import { agreementOf } from './agreement.ts';

const librosa = 'librosa.load and melspectrogram';
const settings = { sampleRate: 22050, fftSize: 2048, hopLength: 512, melBands: 128 };

export const file: BenchmarkPart = {
  title: 'File to mel spectrogram',
  about:
    'One demo clip of 30 s as MP3, stereo, 44.1 kHz, 256 kb/s: read, decoded, and its mel spectrogram, next to decoders alone.',
  measure,
};

async function measure({ folder, rounds, log, competitors }: Context): Promise<Table[]> {
  log('file: 30 s of stereo MP3');
  const input = path.join(folder, 'clip.mp3');
  await makeMp3((await demoClips()).slice(0, 1), input);
  const rows = await compete(
    (await competitors()).of('file'),
    { task: 'file', settings, input },
    {
      folder,
      rounds,
      log,
      reference: 'Consonance, file to mel',
      // Decoders and bliss-audio have no spectrogram to compare.
      agreement(result, all) {
        const truth = all.get(librosa);
        if (truth === undefined || result.length === 0) return null;
        return agreementOf(result, truth, settings.melBands);
      },
    },
  );
  return [peerTable('30 s of MP3', rows)];
}
