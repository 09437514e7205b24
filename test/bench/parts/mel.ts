/** Mel spectrograms of 30 s: Consonance and its peers in turns, one thread each. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '@consonance/statistics';
import { compete, peerTable, resultOf } from '../compete.ts';
import type { FrontEnd } from '../competitors/protocol.ts';
import type { BenchmarkPart, Context } from '../part.ts';
import type { Table } from '../report.ts';
import { agreementOf } from './agreement.ts';

export const frontEnds: readonly FrontEnd[] = [
  { sampleRate: 12000, fftSize: 512, hopLength: 256, melBands: 96 },
  { sampleRate: 22050, fftSize: 2048, hopLength: 512, melBands: 128 },
  { sampleRate: 16000, fftSize: 400, hopLength: 160, melBands: 80 },
];

const seconds = 30;

/** In a row: CPU time of a turn, and turns. */
const secondsOfTurn = 0.4;
const turns = 5;

export const mel: BenchmarkPart = {
  title: 'Mel spectrograms',
  about:
    'Power mel spectrograms of 30 s of noise and tones. `same` is within 0.01 dB of librosa down to 60 dB below the ' +
    'maximum; `alike` has other filters or frames, with loudness and mean spectrum correlated above 0.9; `differs` is neither. ' +
    'In a row: median of the runs of 0.4 s of CPU time, median of 5 such turns; memory that was used before is used again, and caches are warm.',
  measure,
};

async function measure({ folder, rounds, log, competitors }: Context): Promise<Table[]> {
  const tables: Table[] = [];
  const peers = (await competitors()).of('mel');
  const librosa = peers.find(({ peer }) => peer === 'librosa')!;
  for (const frontEnd of frontEnds) {
    log(`mel: ${Object.values(frontEnd).join(', ')}`);
    const input = path.join(folder, `${frontEnd.sampleRate}.f32`);
    await writeFile(input, new Uint8Array(testSignal(frontEnd.sampleRate).buffer));
    const request = { task: 'mel', settings: frontEnd, input } as const;
    const htkSettings = { ...frontEnd, melScale: 'htk' } as const;
    const htk = await resultOf(librosa, { ...request, settings: htkSettings }, folder);
    const settings: Parameters<typeof compete>[2] = {
      folder,
      rounds,
      log,
      reference: 'Consonance, float32',
      agreement(result, all) {
        const truth = all.get('librosa');
        if (truth === undefined || typeof htk === 'string') return null;
        return agreementOf(result, truth, frontEnd.melBands, htk);
      },
    };
    const rows = await compete(peers, request, settings);
    log('  once more, many runs in a row');
    const inARow = await compete(
      peers,
      { ...request, seconds: secondsOfTurn },
      { ...settings, rounds: Math.min(rounds, turns), log: () => {} },
    );
    const { sampleRate, fftSize, hopLength, melBands } = frontEnd;
    const title = `${sampleRate} Hz, FFT ${fftSize}, hop ${hopLength}, ${melBands} bands`;
    tables.push(peerTable(title, rows, inARow));
  }
  return tables;
}

/** Seeded noise and four tones under a slow envelope: something in every band, and dynamics. */
export function testSignal(sampleRate: number): Float32Array {
  const random = seededRandom(1);
  const tones = [110, 440, 1760, 3520];
  return Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
    const time = i / sampleRate;
    const envelope = 0.3 - 0.28 * Math.cos(2 * Math.PI * 0.2 * time);
    const sum = tones.reduce((of, hz) => of + 0.2 * Math.sin(2 * Math.PI * hz * time), 0);
    return envelope * (random() - 0.5 + sum);
  });
}
