import { countMp3Frames, decodeMp3, longestMp3Frame } from '@consonance/decode-native';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that are looked at at a time; the room is used again, so that no garbage is made of megabytes. */
let room = Buffer.alloc(1 << 21);

/**
 * At least `samples` mono samples, decoded from the frame at `position` on; undefined where the file ends before, or
 * where there is anything that FFmpeg should look at. Valid until the next call.
 *
 * @param frameSamples samples of one frame: 1152 or 576
 */
export function decodeMp3At(
  path: string,
  position: number,
  samples: number,
  frameSamples: number,
): Float32Array | undefined {
  const frames = Math.ceil(samples / frameSamples);
  return withFile(path, (file) =>
    decodeMp3(bytesAt(file, position, frames * longestMp3Frame), frames),
  );
}

/** Frames from `position` to the end of the file; undefined where anything but an ID3v1 tag lies between or behind. */
export function countMp3FramesAt(path: string, position: number): number | undefined {
  return withFile(path, (file) => {
    const { size } = fstatSync(file);
    let total = 0;
    for (let at = position; ;) {
      const { frames, bytes } = countMp3Frames(bytesAt(file, at, room.length));
      total += frames;
      at += bytes;
      if (frames === 0)
        return at === size || isTag(bytesAt(file, at, id3v1Bytes + 1)) ? total : undefined;
    }
  });
}

const id3v1Bytes = 128;

const isTag = (end: Buffer): boolean =>
  end.length === id3v1Bytes && end.toString('latin1', 0, 3) === 'TAG';

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
