/** A sine as a WAV file: 16 bit mono PCM at 8 kHz. */
export function wave(hertz: number, seconds: number): Buffer {
  const sampleRate = 8000;
  const samples = Int16Array.from(
    { length: sampleRate * seconds },
    (_, i) => 8000 * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(2 * sampleRate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
