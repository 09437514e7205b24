/** Mel spectrograms of 30 s: Consonance and its peers in turns, one thread each. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '@consonance/statistics';
import { compete, resultOf, type Row } from '../compete.ts';
import { agreementOf } from './agreement.ts';
import type { Competitors } from '../competitors/processes.ts';
import type { FrontEnd } from '../competitors/protocol.ts';

export const frontEnds: readonly FrontEnd[] = [
  { sampleRate: 12000, fftSize: 512, hopLength: 256, melBands: 96 },
  { sampleRate: 22050, fftSize: 2048, hopLength: 512, melBands: 128 },
  { sampleRate: 16000, fftSize: 400, hopLength: 160, melBands: 80 },
];

const seconds = 30;

export interface MelResult {
  seconds: number;
  rounds: number;
  frontEnds: { frontEnd: FrontEnd; rows: Row[] }[];
}

export async function runMel(
  competitors: Competitors,
  { folder, rounds, log }: { folder: string; rounds: number; log: (text: string) => void },
): Promise<MelResult> {
  const results: MelResult['frontEnds'] = [];
  const librosa = competitors.of('mel').find(({ peer }) => peer === 'librosa')!;
  for (const frontEnd of frontEnds) {
    log(`mel: ${Object.values(frontEnd).join(', ')}`);
    const input = path.join(folder, `${frontEnd.sampleRate}.f32`);
    await writeFile(input, new Uint8Array(testSignal(frontEnd.sampleRate).buffer));
    const request = { task: 'mel', settings: frontEnd, input } as const;
    const htkSettings = { ...frontEnd, melScale: 'htk' } as const;
    const htk = await resultOf(librosa, { ...request, settings: htkSettings }, folder);
    if (typeof htk === 'string') throw new Error(`librosa: ${htk}`);
    const rows = await compete(competitors.of('mel'), request, {
      ...{ folder, rounds, reference: 'Consonance, float32' },
      agreement: (result, all) => agreementOf(result, all.get('librosa')!, frontEnd.melBands, htk),
    });
    results.push({ frontEnd, rows });
  }
  return { seconds, rounds, frontEnds: results };
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
