import { crc32, deflateSync } from 'node:zlib';

/**
 * Colour images as PNG (ISO/IEC 15948), eight bits a channel, as a data URL.
 *
 * @param rgb three bytes a pixel, rows from the top
 */
export function pngDataUrl(width: number, height: number, rgb: Uint8Array): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // eight bits, RGB
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.concat([Buffer.of(0), rgb.subarray(3 * width * row, 3 * width * (row + 1))]),
  );
  const bytes = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
