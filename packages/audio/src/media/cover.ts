import { readFileSync, statSync } from 'node:fs';
import { parseFile, selectCover } from 'music-metadata';
import { FF_ENCODER_MJPEG } from 'node-av/constants';
import { Decoder, Encoder, FilterAPI, pipeline } from 'node-av/api';
import { checkReadable } from '../readable.ts';
import { folderPicture } from './folder-picture.ts';
import { corrupt, openPicture } from './input.ts';

const mostBytes = 32 * 1024 * 1024;

/** Against pictures that are small in the file and gigantic in memory. */
const mostPixels = 40_000_000;

/** FFmpeg's scale from 2 (best) to 31. */
const jpegQuality = 4;

/**
 * The cover of a track as JPEG, at most `size` pixels wide and high: the picture in its tags, or one
 * beside the file; undefined where there is none. @throws AudioError where it cannot be decoded
 */
export async function coverImage(path: string, size: number): Promise<Uint8Array | undefined> {
  const picture = (await embeddedPicture(path)) ?? pictureBeside(path);
  return picture && toJpeg(picture, path, size);
}

async function embeddedPicture(path: string): Promise<Uint8Array | undefined> {
  checkReadable(path);
  const tags = await parseFile(path, { duration: false }).catch(() => undefined);
  return selectCover(tags?.common.picture)?.data;
}

function pictureBeside(path: string): Uint8Array | undefined {
  const file = folderPicture(path);
  const isUsable =
    file !== undefined && statSync(file).isFile() && statSync(file).size <= mostBytes;
  return isUsable ? readFileSync(file) : undefined;
}

async function toJpeg(picture: Uint8Array, path: string, size: number): Promise<Uint8Array> {
  try {
    await using input = await openPicture(picture, path);
    using decoder = await Decoder.create(input.video()!, {
      options: { max_pixels: String(mostPixels) },
    });
    const side = (length: string) => `min(${size}\\,${length})`;
    using filter = FilterAPI.create(
      `scale=w=${side('iw')}:h=${side('ih')}:force_original_aspect_ratio=decrease:out_range=full,` +
        'format=yuvj420p',
    );
    using encoder = await Encoder.create(FF_ENCODER_MJPEG, {
      decoder,
      filter,
      options: { qmin: jpegQuality, qmax: jpegQuality },
    });
    for await (using packet of pipeline(input, decoder, filter, encoder)) {
      if (packet?.data) return Uint8Array.from(packet.data);
    }
  } catch (error) {
    throw corrupt('a cover that can be decoded', path, error);
  }
  throw corrupt('a cover that can be decoded', path, 'nothing');
}
