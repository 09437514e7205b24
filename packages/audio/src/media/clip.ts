import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLT,
  FF_ENCODER_LIBMP3LAME,
} from 'node-av/constants';
import { Decoder, Encoder, FilterAPI } from 'node-av/api';
import { Frame } from 'node-av/lib';
import { corrupt, openAudio } from './input.ts';
import { writePackets } from './output.ts';
import { audioFormat } from './transcode.ts';

/** With 48 kHz all MP3 frames of a constant bit rate are of one length, and so are clips of one duration. */
const sampleRate = 48_000;
const bitRate = 192_000;
const channels = 2;
const frameSize = 1152;

/** EBU R 128. A programme that is quiet on average leaves room for the peaks of nearly all music. */
const targetLoudness = -23;
/** Of samples, dBFS: 1 dB below the -1 dBTP of EBU R 128, for peaks between samples and of the codec. */
const highestPeak = -2;

/** LUFS; BS.1770 hears nothing below. */
const silence = -70;
const fadeSeconds = 0.25;

export interface ClipOptions {
  /** Where the excerpt begins; at the start of the file where it would hold too little. */
  startSeconds: number;
  seconds: number;
}

export interface Loudness {
  /** Integrated, LUFS (ITU-R BS.1770-4, gated). -70 is silence. */
  integrated: number;
  /** dBTP; oversampled. */
  truePeak: number;
}

/**
 * Writes, in this thread, `seconds` of the sound of `path` to `target`, as loud as every other clip
 * (EBU R 128: -23 LUFS, peaks limited). All clips of one duration are alike but for the sound: MP3,
 * 48 kHz, stereo, 192 kbit/s, without tags, the same number of bytes; what ends early is filled with
 * silence.
 * @returns how loud the excerpt is in the file. @throws AudioError
 */
export async function writeClip(
  path: string,
  target: string,
  { startSeconds, seconds }: ClipOptions,
): Promise<Loudness> {
  const count = Math.round(seconds * sampleRate);
  try {
    let samples = await readStereo(path, startSeconds, count);
    if (startSeconds > 0 && samples.filled < count) samples = await readStereo(path, 0, count);
    return await encode(samples.data, target);
  } catch (error) {
    throw corrupt('audio that can be decoded', path, error);
  }
}

/** Hz and weight: a soft chord from the middle of what loudspeakers of all kinds can play. */
const chord = [
  [220, 1],
  [329.63, 0.7],
  [440, 0.5],
  [554.37, 0.5],
  [659.26, 0.3],
  [1318.51, 0.15],
] as const;

/** Writes a clip to set the volume by: a chord that swells and fades, as loud as every clip. */
export async function writeSoundCheck(target: string, seconds: number): Promise<Loudness> {
  const count = Math.round(seconds * sampleRate);
  const data = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const t = i / sampleRate;
    const swell = 0.6 - 0.4 * Math.cos(Math.PI * t);
    const sum = chord.reduce((s, [hz, weight]) => s + weight * Math.sin(2 * Math.PI * hz * t), 0);
    data[channels * i] = data[channels * i + 1] = 0.1 * swell * sum;
  }
  return encode(data, target);
}

/** `count` samples of two interleaved channels, of which `filled` come from the file. */
async function readStereo(
  path: string,
  startSeconds: number,
  count: number,
): Promise<{ data: Float32Array; filled: number }> {
  const { streamIndex } = audioFormat(path);
  await using input = await openAudio(path);
  if (startSeconds > 0) input.seekSync(startSeconds);
  using decoder = Decoder.createSync(input.streams[streamIndex]!, { exitOnError: false });
  using filter = FilterAPI.create(
    `aformat=sample_fmts=flt:channel_layouts=stereo:sample_rates=${sampleRate}`,
  );
  const data = new Float32Array(count * channels);
  let filled = 0;
  for (using frame of filter.framesSync(decoder.framesSync(input.packetsSync(streamIndex)))) {
    if (frame === null) break;
    const [bytes] = frame.data!;
    const length = Math.min(frame.nbSamples, count - filled) * channels;
    data.set(new Float32Array(bytes!.buffer, bytes!.byteOffset, length), filled * channels);
    filled += length / channels;
    if (filled === count) break;
  }
  if (filled === 0) throw corrupt('audio that can be decoded', path, 'none');
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) data[i] = 0;
  return { data, filled };
}

async function encode(samples: Float32Array, target: string): Promise<Loudness> {
  const loudness = measureLoudness(samples);
  const seconds = samples.length / channels / sampleRate;
  const fadeOut = Math.max(0, seconds - fadeSeconds);
  using filter = FilterAPI.create(
    [
      ...levelling(loudness),
      `afade=t=in:d=${fadeSeconds},afade=t=out:st=${fadeOut}:d=${fadeSeconds}`,
      `aformat=sample_fmts=fltp,asetnsamples=n=${frameSize}:p=1`,
    ].join(),
  );
  using encoder = Encoder.createSync(FF_ENCODER_LIBMP3LAME, {
    filter,
    context: { frameSize, bitRate },
  });
  const packets = encoder.packetsSync(filter.framesSync(frames(samples)));
  const options = { format: 'mp3', options: { id3v2_version: 0, write_xing: false } };
  await writePackets(target, options, encoder, packets);
  return loudness;
}

/** The filters that bring sound of this loudness to the target, limited where its peaks need it. */
function levelling({ integrated, truePeak }: Loudness): string[] {
  const gain = integrated <= silence ? 0 : targetLoudness - integrated;
  const volume = `volume=${gain}dB:precision=double`;
  if (truePeak + gain <= highestPeak) return [volume];
  return [volume, `alimiter=limit=${highestPeak}dB:level=0:attack=5:release=100:latency=1`];
}

/** @param samples two interleaved channels at 48 kHz */
export function measureLoudness(samples: Float32Array): Loudness {
  using filter = FilterAPI.create('ebur128=metadata=1:peak=true');
  let loudness = { integrated: silence, truePeak: -Infinity };
  for (using frame of filter.framesSync(frames(samples))) {
    const metadata = frame?.getMetadata();
    const integrated = Number(metadata?.get('lavfi.r128.I') ?? NaN);
    const peak = Number(metadata?.get('lavfi.r128.true_peak') ?? NaN);
    if (Number.isFinite(integrated)) {
      loudness = { integrated, truePeak: 20 * Math.log10(peak) };
    }
  }
  return loudness;
}

/** Who takes a frame frees it; null is the end. */
function* frames(samples: Float32Array): Generator<Frame | null> {
  const length = sampleRate * channels;
  for (let begin = 0; begin < samples.length; begin += length) {
    const part = samples.slice(begin, begin + length);
    yield Frame.fromAudioBuffer(Buffer.from(part.buffer), {
      nbSamples: part.length / channels,
      format: AV_SAMPLE_FMT_FLT,
      sampleRate,
      channelLayout: AV_CHANNEL_LAYOUT_STEREO,
      pts: BigInt(begin / channels),
      timeBase: { num: 1, den: sampleRate },
    });
  }
  yield null;
}
