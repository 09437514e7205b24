/** An MP3 with tags of our choice (ID3v2.4: https://id3.org/id3v2.4.0-structure). */
import { readFile } from 'node:fs/promises';

const headerLength = 10;

interface Tags {
  /** By the frame's id, such as TIT2 for the title. */
  texts: Record<string, string>;
  cover: { mimeType: string; bytes: Uint8Array };
}

/** @param source an MP3 with an ID3v2 tag, which goes */
export async function taggedMp3(source: string, { texts, cover }: Tags): Promise<Buffer> {
  const mp3 = await readFile(source);
  const sizeOfOld = mp3.subarray(6, headerLength).reduce((sum, byte) => sum * 128 + byte, 0);
  const utf8 = '\x03';
  const frontCover = '\x03';
  const frames = [
    ...Object.entries(texts).map(([id, text]) => frame(id, Buffer.from(utf8 + text))),
    frame(
      'APIC',
      Buffer.concat([Buffer.from(`${utf8}${cover.mimeType}\0${frontCover}\0`), cover.bytes]),
    ),
  ];
  const size = frames.reduce((sum, { length }) => sum + length, 0);
  const header = Buffer.concat([Buffer.from('ID3\x04\0\0'), syncSafe(size)]);
  return Buffer.concat([header, ...frames, mp3.subarray(headerLength + sizeOfOld)]);
}

const frame = (id: string, content: Buffer) =>
  Buffer.concat([Buffer.from(id), syncSafe(content.length), Buffer.from([0, 0]), content]);

/** Seven bits a byte. */
const syncSafe = (size: number) => Buffer.from([21, 14, 7, 0].map((bits) => (size >> bits) & 0x7f));
