import type { FFDecoderCodec } from 'node-av/constants';
import { Codec, getFFmpegInfo } from 'node-av/lib';

/** FFmpeg's decoder for each format that the product promises to read. */
const required = {
  MP3: 'mp3float',
  FLAC: 'flac',
  WAV: 'pcm_s16le',
  AIFF: 'pcm_s16be',
  Vorbis: 'vorbis',
  Opus: 'opus',
  AAC: 'aac',
  ALAC: 'alac',
  WMA: 'wmav2',
};

export interface DecoderInfo {
  /** 'FFmpeg 8.1'. */
  version: string;
  /** Formats that can be read. */
  decoders: string[];
  /** Formats that this build of FFmpeg cannot read. */
  missing: string[];
}

export function decoderInfo(): DecoderInfo {
  const has = (format: keyof typeof required) =>
    Codec.findDecoderByName(required[format] as FFDecoderCodec) !== null;
  const formats = Object.keys(required) as (keyof typeof required)[];
  return {
    version: `FFmpeg ${getFFmpegInfo().version}`,
    decoders: formats.filter(has),
    missing: formats.filter((format) => !has(format)),
  };
}
