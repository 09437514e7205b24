import { resolve } from 'node:path';
import { Demuxer } from 'node-av/api';
import { AudioError, expected } from '../errors.ts';
import { audioFormats, pictureFormats } from '../formats.ts';

/** Only local files of known audio containers. @throws AudioError CORRUPT */
export function openAudio(path: string): Promise<Demuxer> {
  return open(resolve(path), path, audioFormats);
}

/** A picture in memory. @throws AudioError CORRUPT */
export function openPicture(data: Uint8Array, path: string): Promise<Demuxer> {
  return open(Buffer.from(data), path, pictureFormats);
}

async function open(input: string | Buffer, path: string, formats: string): Promise<Demuxer> {
  try {
    return await Demuxer.open(input, {
      // Probing would decode; the decoders that follow find out by themselves.
      skipStreamInfo: true,
      options: { protocol_whitelist: 'file', format_whitelist: formats },
    });
  } catch (error) {
    throw corrupt('data that FFmpeg can open', path, error);
  }
}

export function corrupt(what: string, path: string, cause: unknown): AudioError {
  if (cause instanceof AudioError) return cause;
  const received = cause instanceof Error ? cause.message : cause;
  return new AudioError('CORRUPT', expected(what, path, received), { cause });
}
