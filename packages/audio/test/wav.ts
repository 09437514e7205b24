/** For the tests of other packages, too: WAV files of 16-bit mono samples. */

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
