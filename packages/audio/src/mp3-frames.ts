import { countMp3Frames, decodeMp3, longestMp3Frame } from '@consonance/decode-native';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that are looked at at a time; the room is used again, so that no garbage is made of megabytes. */
let room = Buffer.alloc(1 << 21);

/** Frames decoded to mono, and whether nothing but tags follows them. */
export interface DecodedFrames {
  samples: Float32Array;
  reachesEnd: boolean;
}

/**
 * `samples` mono samples or a few more, decoded from the frame at `position` on, or what there is of them up to the end of
 * the file; undefined where there is anything that FFmpeg should look at. Valid until the next call.
 *
 * @param frameSamples samples of one frame: 1152 or 576
 */
export function decodeMp3At(
  path: string,
  position: number,
  samples: number,
  frameSamples: number,
): DecodedFrames | undefined {
  const wanted = Math.ceil(samples / frameSamples);
  return withFile(path, (file) => {
    const bytes = bytesAt(file, position, wanted * longestMp3Frame);
    const found = countMp3Frames(bytes);
    const reachesEnd = found.frames < wanted;
    if (reachesEnd && !isEnd(file, position + found.bytes)) return undefined;
    const decoded = decodeMp3(bytes, Math.min(found.frames, wanted));
    return decoded && { samples: decoded, reachesEnd };
  });
}

/** Frames from `position` to the end of the file; undefined where anything but tags lies between or behind. */
export function countMp3FramesAt(path: string, position: number): number | undefined {
  return withFile(path, (file) => {
    let total = 0;
    for (let at = position; ;) {
      const { frames, bytes } = countMp3Frames(bytesAt(file, at, room.length));
      total += frames;
      at += bytes;
      if (frames === 0) return isEnd(file, at) ? total : undefined;
    }
  });
}

/**
 * Frames of the music by the file's first frame, a Xing or Info header, which lies right before `position`; undefined where
 * there is none, or it does not say.
 */
export function announcedMp3Frames(path: string, position: number): number | undefined {
  return withFile(path, (file) => {
    const from = Math.max(0, position - longestMp3Frame);
    const bytes = bytesAt(file, from, position - from);
    const at = Math.max(bytes.lastIndexOf('Xing'), bytes.lastIndexOf('Info'));
    const saysFrames = at >= 0 && at + 12 <= bytes.length && (bytes[at + 7]! & 1) > 0;
    return saysFrames ? bytes.readUInt32BE(at + 8) : undefined;
  });
}

const id3v1Bytes = 128;

/** Whether the file ends at `position`, or nothing but an ID3v1 tag follows. */
function isEnd(file: number, position: number): boolean {
  const rest = fstatSync(file).size - position;
  if (rest !== id3v1Bytes) return rest === 0;
  const name = Buffer.alloc(3); // Not in the room, where frames may lie.
  readSync(file, name, 0, name.length, position);
  return name.toString('latin1') === 'TAG';
}

/** Fewer than `count` where the file ends before. */
function bytesAt(file: number, position: number, count: number): Buffer {
  if (room.length < count) room = Buffer.alloc(count);
  return room.subarray(0, readSync(file, room, 0, count, position));
}

function withFile<Result>(path: string, use: (file: number) => Result): Result {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
