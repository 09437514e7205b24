/** For the tests of other packages, too: WAV files of 16-bit mono samples. */
import { truncateSync, writeFileSync } from 'node:fs';

export function wavFile(samples: Int16Array, sampleRate: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

/** A sine at 8 kHz: other frequencies are other content. */
export function wav(hertz: number, samples = 800): Buffer {
  const sine = (_: unknown, i: number) =>
    Math.round(20_000 * Math.sin((2 * Math.PI * hertz * i) / 8000));
  return wavFile(Int16Array.from({ length: samples }, sine), 8000);
}

/** Silence at 48 kHz: a sparse file that takes no room on the disk. */
export function writeLongWav(path: string, hours: number): void {
  const bytes = hours * 3600 * 48000 * 2;
  const header = wavFile(new Int16Array(0), 48000);
  header.writeUInt32LE(36 + bytes, 4);
  header.writeUInt32LE(bytes, 40);
  writeFileSync(path, header);
  truncateSync(path, header.length + bytes);
}
