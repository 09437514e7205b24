import {
  AudioError,
  checkField,
  checkKeys,
  expected,
  isAtLeast,
  isPositiveInteger,
} from './errors.ts';
import { windowSamples, type FrontEnd } from './front-end.ts';
import { AudioSource } from './source.ts';
import { planWindows } from './windows.ts';

/** Less audio than this says nothing about music. */
export const minimumSeconds = 0.5;

/** Headers may be off by this much (encoder delay and padding) without being called wrong. */
const toleranceSeconds = 0.25;

/** More undecodable packets than this, and the rest is chance. */
const mostFailures = 0.5;

export interface DecodeOptions {
  /** Hz. */
  sampleRate: number;
  /** Default: 0. */
  startSeconds?: number;
  /** Default: to the end. */
  durationSeconds?: number;
}

export interface DecodedWindow {
  startSeconds: number;
  /** Mono; shorter than a window where the track is. */
  samples: Float32Array;
}

export interface DecodedWindows {
  durationSeconds: number;
  windows: DecodedWindow[];
  /** Whether the file carries a picture. */
  hasPicture: boolean;
  warnings: string[];
}

/**
 * A whole file or a part of it as mono samples (mean of channels) at a sample rate, in this thread.
 * A part beyond the end is shorter than asked. Takes 4 bytes of memory a sample.
 * @throws AudioError, AudioOptionError
 */
export function decodeMono(path: string, options: DecodeOptions): Float32Array {
  checkKeys(options, 'options', ['sampleRate', 'startSeconds', 'durationSeconds']);
  const { sampleRate, startSeconds = 0, durationSeconds = Infinity } = options;
  const resolved = { sampleRate, startSeconds, durationSeconds };
  const isTime = (value: unknown) => value === Infinity || isAtLeast(0)(value);
  checkField(resolved, 'options', 'sampleRate', 'a positive integer of Hz', isPositiveInteger);
  checkField(resolved, 'options', 'startSeconds', 'a time of at least 0 s', isAtLeast(0));
  checkField(resolved, 'options', 'durationSeconds', 'a time of at least 0 s', isTime);
  using source = AudioSource.open(path);
  const count = Math.round(durationSeconds * sampleRate);
  const samples = source.read(sampleRate, startSeconds, count);
  const reachesEnd = samples.length < count;
  checkDecoded(path, source, reachesEnd ? startSeconds + samples.length / sampleRate : Infinity);
  return samples;
}

/**
 * The windows of planWindows, each decoded after a seek, so that a long file costs no more. Their samples are valid until the
 * next call.
 */
export function decodeWindows(path: string, frontEnd: FrontEnd): DecodedWindows {
  using source = AudioSource.open(path);
  const counted = !source.declaresDuration;
  let durationSeconds = counted ? countedSeconds(source) : source.declaredSeconds!;
  let windows = readWindows(source, frontEnd, durationSeconds);
  if (!counted && !isAsLongAs(durationSeconds, windows, frontEnd)) {
    durationSeconds = countedSeconds(source);
    source.packets = source.failedPackets = 0;
    windows = readWindows(source, frontEnd, durationSeconds);
  }
  const [first] = windows;
  if (durationSeconds <= frontEnd.windowSeconds) {
    durationSeconds = first!.samples.length / frontEnd.sampleRate;
  }
  const decodedSeconds =
    windows.reduce((sum, { samples }) => sum + samples.length, 0) / frontEnd.sampleRate;
  checkDecoded(path, source, decodedSeconds);
  const { hasPicture } = source;
  return { durationSeconds, windows, hasPicture, warnings: [...warnings(source, durationSeconds)] };
}

/** Packets include encoder delay and padding; a header that agrees otherwise is more exact. */
function countedSeconds(source: AudioSource): number {
  const counted = source.countSeconds();
  const declared = source.declaredSeconds;
  const agrees = declared !== undefined && Math.abs(declared - counted) <= toleranceSeconds;
  return agrees ? declared : counted;
}

/** Used again, so that no garbage is made of megabytes. */
let room = new Float32Array(0);

function readWindows(
  source: AudioSource,
  frontEnd: FrontEnd,
  durationSeconds: number,
): DecodedWindow[] {
  const count = windowSamples(frontEnd);
  const starts = planWindows(durationSeconds, frontEnd);
  if (room.length < starts.length * count) room = new Float32Array(starts.length * count);
  return starts.map((startSeconds, i) => ({
    startSeconds,
    samples: source.read(
      frontEnd.sampleRate,
      startSeconds,
      room.subarray(i * count, (i + 1) * count),
    ),
  }));
}

/** Whether every window held what a file of this duration must hold there. */
function isAsLongAs(
  durationSeconds: number,
  windows: readonly DecodedWindow[],
  frontEnd: FrontEnd,
): boolean {
  return windows.every(({ startSeconds, samples }) => {
    const promised = Math.min(frontEnd.windowSeconds, durationSeconds - startSeconds);
    return Math.abs(samples.length / frontEnd.sampleRate - promised) <= toleranceSeconds;
  });
}

function checkDecoded(path: string, source: AudioSource, decodedSeconds: number): void {
  const { packets, failedPackets, declaredSeconds = 0 } = source;
  const isDamaged = failedPackets > mostFailures * packets;
  if (!isDamaged && decodedSeconds >= minimumSeconds) return;
  const wasLonger = failedPackets > 0 || declaredSeconds >= minimumSeconds;
  if (isDamaged || wasLonger) {
    const received = `${decodedSeconds.toFixed(2)} s, ${failedPackets} of ${packets} packets damaged`;
    throw new AudioError('CORRUPT', expected('audio that can be decoded', path, received));
  }
  const received = `${decodedSeconds.toFixed(2)} s`;
  throw new AudioError(
    'TOO_SHORT',
    expected(`at least ${minimumSeconds} s of audio`, path, received),
  );
}

function* warnings(source: AudioSource, durationSeconds: number): Generator<string> {
  const { packets, failedPackets, declaredSeconds = 0 } = source;
  if (durationSeconds < declaredSeconds - toleranceSeconds) {
    yield `Expected ${declaredSeconds.toFixed(2)} s by the file's header but could read ${durationSeconds.toFixed(2)} s`;
  }
  if (failedPackets > 0) {
    yield `${failedPackets} of ${packets} packets could not be decoded and were left out`;
  }
}
