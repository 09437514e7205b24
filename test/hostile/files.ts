/** Audio files that mean harm, or were harmed. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { root } from '../run.ts';

const fixtures = path.join(root, 'packages', 'audio', 'test', 'fixtures');
const isSound = (name: string) => /\.(mp3|flac|wav|aiff|ogg|opus|m4a|aac|wma|mka)$/.test(name);

export interface Sound {
  name: string;
  data: Buffer;
}

/** One file of each kind, good. */
export async function sounds(): Promise<Sound[]> {
  const names = (await readdir(fixtures)).filter(isSound).sort();
  return Promise.all(
    names.map(async (name) => ({ name, data: await readFile(path.join(fixtures, name)) })),
  );
}

/** Cut, bytes changed anywhere or in the header, a stretch of zeros or noise, the head gone, a stretch doubled. */
export function damaged(data: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(data);
  const at = (end = bytes.length) => Math.floor(random() * end);
  const change = (count: number, end?: number) => {
    for (let i = 0; i < count; i++) bytes[at(end)] = at(256);
    return bytes;
  };
  switch (at(7)) {
    case 0:
      return bytes.subarray(0, at());
    case 1:
      return change(200);
    case 2:
      return change(1 + at(20), Math.min(bytes.length, 512));
    case 3:
      return bytes.fill(0, at());
    case 4: {
      const start = at();
      for (let i = start; i < Math.min(bytes.length, start + 5000); i++) bytes[i] = at(256);
      return bytes;
    }
    case 5:
      return bytes.subarray(at());
    default: {
      const [from, to] = [at(), at()].sort((a, b) => a - b) as [number, number];
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    }
  }
}

interface WavHeader {
  format?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  /** As the header says; the data may be shorter. */
  dataBytes?: number;
}

function wav(samples: Buffer, header: WavHeader): Buffer {
  const { format = 1, channels = 1, rate = 8000, bits = 16, dataBytes = samples.length } = header;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE((36 + dataBytes) % 2 ** 32, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(((rate * channels * bits) / 8) % 2 ** 32, 28);
  head.writeUInt16LE(((channels * bits) / 8) % 2 ** 16, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(dataBytes % 2 ** 32, 40);
  return Buffer.concat([head, samples]);
}

/** An ID3v2 tag with one frame of so many bytes by its header. */
function tagged(sound: Buffer, frame: string, size: number, content: Buffer): Buffer {
  const length = 10 + content.length;
  const head = Buffer.from('ID3\x03\0\0', 'latin1');
  const synchsafe = Buffer.from([21, 14, 7, 0].map((shift) => (length >> shift) & 127));
  const inner = Buffer.alloc(10);
  inner.write(frame, 0, 'latin1');
  inner.writeUInt32BE(size, 4);
  return Buffer.concat([head, synchsafe, inner, content, sound]);
}

/** The FLAC polynomials, most significant bit first. */
function crc(bytes: Buffer, bits: 8 | 16, polynomial: number): number {
  const top = 1 << (bits - 1);
  return bytes.reduce((sum, byte) => {
    let value = sum ^ (byte << (bits - 8));
    for (let i = 0; i < 8; i++) value = value & top ? (value << 1) ^ polynomial : value << 1;
    return value & (2 * top - 1);
  }, 0);
}

/** A FLAC of 8 kHz whose every frame of 14 bytes or so stands for 65,535 samples of one value. */
function flacOfOneValue(hours: number): Buffer {
  const block = 65_535;
  const count = Math.ceil((hours * 3600 * 8000) / block);
  const info = Buffer.alloc(42);
  info.write('fLaC', 0);
  info.writeUInt32BE(0x80000022, 4);
  info.writeUInt16BE(block, 8);
  info.writeUInt16BE(block, 10);
  // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of samples.
  info.writeBigUInt64BE((8000n << 44n) | (15n << 36n) | BigInt(block * count), 18);
  const frames = Array.from({ length: count }, (_, index) => {
    const head = Buffer.from([0xff, 0xf8, 0x70, 0x08, ...utf8Number(index), 0xff, 0xfe]);
    const whole = Buffer.concat([head, Buffer.from([crc(head, 8, 0x07), 0, 0x21, 0x21])]);
    const sum = Buffer.alloc(2);
    sum.writeUInt16BE(crc(whole, 16, 0x8005));
    return Buffer.concat([whole, sum]);
  });
  return Buffer.concat([info, ...frames]);
}

const utf8Number = (value: number) => Buffer.from(String.fromCodePoint(value));

/** A gray PNG of this size by its header, and some of its rows. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(16 << 20))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A front cover in an ID3v2 tag. */
function withCover(sound: Buffer, picture: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from('\0image/png\0\x03\0', 'latin1'), picture]);
  return tagged(sound, 'APIC', content.length, content);
}

/** Every table of an MP4 with as many entries as its header can say. */
function endlessTables(sound: Buffer): Buffer {
  const bytes = Buffer.from(sound);
  for (const [table, countAt] of Object.entries({ stts: 8, stsc: 8, stco: 8, stsz: 12 })) {
    bytes.writeUInt32BE(0xffffffff, bytes.indexOf(table) + countAt);
  }
  return bytes;
}

/** Files made to hurt, by what they try. */
export async function attacks(): Promise<Record<string, Buffer>> {
  const all = new Map((await sounds()).map(({ name, data }) => [name, data]));
  const mp3 = all.get('vbr-no-xing.mp3')!;
  const second = Buffer.alloc(16_000, 0x21);
  const floats = Buffer.from(new Float32Array(8000).fill(NaN).buffer);
  const huge = Buffer.from(new Float32Array(8000).fill(3e38).buffer);
  const flac = Buffer.from(all.get('tone.flac')!);
  flac.fill(0xff, 21, 26); // STREAMINFO: more samples than there are.
  return {
    'ten hours by the header.wav': wav(second, { dataBytes: 36_000 * 16_000 }),
    'forever by the header.flac': flac,
    'two hours in 13 kB.flac': flacOfOneValue(2),
    'tables without end.m4a': endlessTables(all.get('tone.m4a')!),
    '116 channels.wav': wav(Buffer.alloc(2_000_000, 0x21), { channels: 116 }),
    '1000 channels.wav': wav(Buffer.alloc(2_000_000, 0x21), { channels: 1000 }),
    '65535 channels.wav': wav(Buffer.alloc(2_000_000, 0x21), { channels: 65_535 }),
    '1 Hz.wav': wav(second, { rate: 1 }),
    '0 Hz.wav': wav(second, { rate: 0 }),
    '768 kHz.wav': wav(Buffer.alloc(3_000_000, 0x21), { rate: 768_000 }),
    '4 GHz.wav': wav(second, { rate: 4_294_967_295 }),
    'no numbers.wav': wav(floats, { format: 3, bits: 32 }),
    'huge numbers.wav': wav(huge, { format: 3, bits: 32 }),
    'a tag larger than the file.mp3': tagged(mp3, 'TIT2', 0x7fffffff, Buffer.alloc(100, 1)),
    'a title of 8 MB.mp3': tagged(mp3, 'TIT2', 8 << 20, Buffer.alloc(8 << 20, 0x41)),
    'a cover that is none.mp3': tagged(mp3, 'APIC', 5000, Buffer.alloc(5000, 0xd8)),
    'a cover of 900 million pixels.mp3': withCover(mp3, png(30_000, 30_000)),
    'a cover of no pixels.mp3': withCover(mp3, png(0, 0)),
    'a tag in a tag.mp3': tagged(
      tagged(mp3, 'TIT2', 5, Buffer.from('\0deep')),
      'TPE1',
      0,
      Buffer.alloc(0),
    ),
    'frames without end.mp3': Buffer.alloc(4 << 20, Buffer.from([0xff, 0xfb, 0xe0, 0x00])),
    'tags without end.mp3': Buffer.alloc(1 << 20, Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1')),
  };
}
