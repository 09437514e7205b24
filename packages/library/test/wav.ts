/** A mono 16-bit WAV file of a sine of `frequency` Hz: other frequencies are other content. */
export function wav(frequency: number, samples = 800): Buffer {
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) {
    const sample = Math.round(20000 * Math.sin((2 * Math.PI * frequency * i) / 8000));
    bytes.writeInt16LE(sample, 44 + i * 2);
  }
  return bytes;
}
