import { FF_ENCODER_FLAC, FF_ENCODER_LIBMP3LAME, FF_ENCODER_LIBOPUS } from 'node-av/constants';
import { Decoder, Encoder, FilterAPI } from 'node-av/api';
import { AudioSource } from '../source.ts';
import { corrupt, openAudio } from './input.ts';
import { writePackets } from './output.ts';

/** FLAC loses nothing but what 16 bits cannot hold; the others are for narrow connections. */
export type TranscodeFormat = 'flac' | 'mp3' | 'opus';

/** `frame`: samples that the encoder takes at a time; `accepts`: what it can take. */
const encoders = {
  flac: { encoder: FF_ENCODER_FLAC, muxer: 'flac', frame: 1152, accepts: 'sample_fmts=s16' },
  mp3: {
    encoder: FF_ENCODER_LIBMP3LAME,
    muxer: 'mp3',
    frame: 1152,
    accepts: 'sample_fmts=s16p|fltp:sample_rates=32000|44100|48000',
  },
  opus: {
    encoder: FF_ENCODER_LIBOPUS,
    muxer: 'ogg',
    frame: 960,
    accepts: 'sample_fmts=s16|flt:sample_rates=48000',
  },
} as const;

/**
 * Writes, in this thread, the sound of `path` to `target`, mono or stereo, in another format.
 * @param bitRate bit/s; for mp3 and opus. @throws AudioError
 */
export async function transcode(
  path: string,
  target: string,
  format: TranscodeFormat,
  bitRate?: number,
): Promise<void> {
  const { encoder: encoderName, muxer, frame, accepts } = encoders[format];
  const { streamIndex } = audioFormat(path);
  try {
    await using input = await openAudio(path);
    using decoder = Decoder.createSync(input.streams[streamIndex]!, { exitOnError: false });
    // The encoder drops what does not fill its last frame, so that is filled with silence.
    using filter = FilterAPI.create(
      `aformat=${accepts}:channel_layouts=stereo|mono,asetnsamples=n=${frame}:p=1`,
    );
    using encoder = Encoder.createSync(encoderName, {
      decoder,
      filter,
      context: { frameSize: frame, ...(bitRate !== undefined && { bitRate }) },
    });
    const frames = filter.framesSync(decoder.framesSync(input.packetsSync(streamIndex)));
    await writePackets(target, { format: muxer }, encoder, encoder.packetsSync(frames));
  } catch (error) {
    throw corrupt('audio that can be transcoded', path, error);
  }
}

/** What the file holds, by its content. @throws AudioError */
export function audioFormat(path: string): AudioFormat {
  using source = AudioSource.open(path);
  return source.format;
}

export interface AudioFormat {
  /** FFmpeg's name of the container: 'mp3', 'mov,mp4,m4a,3gp,3g2,mj2'. */
  container: string;
  /** FFmpeg's name of the codec: 'aac', 'alac'. */
  codec: string;
  streamIndex: number;
}
