import { resolve } from 'node:path';
import { hasMp3Decoder } from '@consonance/decode-native';
import {
  AVDISCARD_ALL,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVSEEK_FLAG_BACKWARD,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_CODEC_ID_MP3,
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_SKIP_SAMPLES,
  AV_TIME_BASE,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  PosixError,
  type Stream,
  avGetCodecName,
} from 'node-av/lib';
import { AudioError, expected } from './errors.ts';
import { audioFormats, pictureFormats } from './formats.ts';
import { checkReadable, hasAudioSignature } from './readable.ts';
import { announcedMp3Frames, countMp3FramesAt, decodeMp3At } from './mp3-frames.ts';
import { isEncryptedAsf, isEncryptedPacket, isEncryptedStream } from './protection.ts';
import { MonoResampler, monoFrame, samplesOf } from './resampler.ts';

Log.setLevel(AV_LOG_QUIET);

const AVERROR_EAGAIN = FFmpegError.AVERROR(PosixError.EAGAIN);

/** Pictures are listed to be told from unknown data; playlists and the network stay out. */
const openOptions = {
  protocol_whitelist: 'file',
  format_whitelist: `${audioFormats},${pictureFormats}`,
};

/** FFmpeg's score where only the file name speaks for the format. */
const nameOnlyScore = 1;

/** Streams without a table of contents: their headers guess a duration, counting packets knows it. */
const selfSyncingFormats = new Set(['mp3', 'aac']);

/**
 * Decoded and dropped before a position that was sought, for what decoders carry from packet to
 * packet: MP3's bit reservoir (at most 511 bytes), Opus (80 ms), overlapping transforms.
 */
const prerollSeconds = 0.5;

/** Beyond its end, what the resampler's filter reaches of a stretch. */
const marginSeconds = 0.1;

/** MP3 frames are gathered and decoded at once; a longer stretch would take much memory. */
const longestRunSeconds = 120;

/** Samples that are resampled at a time: they stay in the processor's cache. */
const pieceSamples = 16_384;

/** Of libswresample. */
const mostChannels = 64;

/** Far beyond floats that were scaled as integers are; the power of what is larger may be infinite. */
const largestSample = 1e7;

const sampleRateRange = { minimum: 1000, maximum: 768_000 };

/** No codec packs more into one packet. */
const longestPacketSeconds = 60;

/** Where a frame of an MP3 lies. */
interface Mp3Place {
  /** Bytes from the beginning of the file. */
  position: number;
  /** Of its first sample, from the first sample of the file that is heard. */
  seconds: number;
  /** Samples that are left out from there on: the encoder's delay, which comes before the music. */
  skipped: number;
  /** Samples of every frame: 1152 or, in MPEG 2, 576. */
  frameSamples: number;
}

/** An open audio file: decodes stretches of it to mono. Memory does not grow with its length. */
export class AudioSource implements Disposable {
  /** Packets given to the decoder, and those it could not decode. */
  packets = 0;
  failedPackets = 0;
  readonly #path: string;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #demuxer!: FormatContext;
  #decoder!: CodecContext;
  #stream!: Stream;
  #declaredSeconds: number | undefined;
  /** Time stamp of the first sample of the file. */
  #origin: bigint = AV_NOPTS_VALUE;
  #first: Mp3Place | undefined;
  #timeBase = { num: 0, den: 1 };
  /** Of its first frame, Hz. */
  #sampleRate = 0;
  /** The frame has been decoded but not yet been handed out. */
  #held = false;
  #atStart = true;

  private constructor(path: string) {
    this.#path = path;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** @throws AudioError */
  static open(path: string): AudioSource {
    checkReadable(path);
    const source = new AudioSource(path);
    try {
      source.#open();
      if (source.#held) {
        source.#origin = source.#frame.pts;
        source.#sampleRate = source.#frame.sampleRate;
      }
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
    return source;
  }

  [Symbol.dispose](): void {
    this.#close();
    this.#packet.free();
    this.#frame.free();
  }

  /** Duration by the file's header; undefined if it has none. */
  get declaredSeconds(): number | undefined {
    return this.#declaredSeconds;
  }

  /** Whether the header's duration is as good as counting. */
  get declaresDuration(): boolean {
    return this.#declaredSeconds !== undefined && !selfSyncingFormats.has(this.#formatName);
  }

  /** Duration by reading all packets without decoding them. */
  countSeconds(): number {
    return (this.#isMp3 && this.#countMp3Seconds()) || this.#countAnySeconds();
  }

  #countMp3Seconds(): number | undefined {
    const first = this.#firstPlace();
    const frames = first && countMp3FramesAt(this.#path, first.position);
    if (first === undefined || frames === undefined) return undefined;
    return first.seconds + (frames * first.frameSamples) / this.#sampleRate;
  }

  #countAnySeconds(): number {
    this.#rewind();
    this.#atStart = false;
    let end = this.#origin === AV_NOPTS_VALUE ? 0n : this.#origin;
    const begin = end;
    while (this.#readPacket()) {
      const { pts, duration } = this.#packet;
      // FFmpeg's Ogg demuxer gives 2^32 less a few samples where the last page cuts its packet short.
      const isPlausible = this.#seconds(duration) < longestPacketSeconds;
      const packetEnd = (pts === AV_NOPTS_VALUE ? end : pts) + (isPlausible ? duration : 0n);
      if (packetEnd > end) end = packetEnd;
    }
    return this.#seconds(end - begin);
  }

  /**
   * The samples from startSeconds on, mono (mean of channels), at `sampleRate`: as many as `wanted`, or
   * fewer where the file ends before. Samples that are not finite, or beyond `largestSample`, become 0.
   *
   * @param wanted how many, or room for them, which they may take or not
   */
  read(sampleRate: number, startSeconds: number, wanted: number | Float32Array): Float32Array {
    const count = typeof wanted === 'number' ? wanted : wanted.length;
    const isShort = count <= longestRunSeconds * sampleRate;
    if (!this.#isMp3 || !isShort) return this.#readAny(sampleRate, startSeconds, count);
    const room = typeof wanted === 'number' ? new Float32Array(count) : wanted.fill(0);
    return (
      this.#readMp3(sampleRate, startSeconds, room) ??
      this.#readAny(sampleRate, startSeconds, count)
    );
  }

  /** `read` by FFmpeg, frame by frame. */
  #readAny(sampleRate: number, startSeconds: number, count: number): Float32Array {
    const excerpt = new Excerpt(Math.round(startSeconds * sampleRate), count);
    const decodeFrom = startSeconds - prerollSeconds;
    this.#goTo(decodeFrom, startSeconds);
    let rate = this.#frame.sampleRate;
    let position = this.#held ? this.#framePosition() : 0;
    let resampler: MonoResampler | undefined;
    try {
      for (const frame of this.#frames()) {
        if (resampler?.fits(frame) === false) {
          excerpt.take(resampler.position, resampler.convert(null));
          resampler.close();
          resampler = undefined;
        }
        if (resampler === undefined && frame.sampleRate !== rate) {
          position = Math.round((position / rate) * frame.sampleRate);
          rate = frame.sampleRate;
        }
        const begin = position;
        position += frame.nbSamples;
        if (resampler === undefined) {
          if (position < decodeFrom * rate) continue;
          this.#checkSampleRate(rate);
          this.#checkChannels(frame.channels);
          resampler = new MonoResampler(sampleRate, frame, begin);
        }
        excerpt.take(resampler.position, resampler.convert(frame));
        if (excerpt.isOver(resampler.position)) return excerpt.finiteSamples();
      }
      if (resampler !== undefined) excerpt.take(resampler.position, resampler.convert(null));
    } finally {
      resampler?.close();
    }
    return excerpt.finiteSamples();
  }

  /**
   * `read` of MP3 by the native decoder into `excerpt`, straight from the file, for half the time; undefined where there is anything that
   * FFmpeg should look at.
   */
  #readMp3(
    sampleRate: number,
    startSeconds: number,
    excerpt: Float32Array,
  ): Float32Array | undefined {
    const decodeFrom = startSeconds - prerollSeconds;
    const begin = decodeFrom <= 0 ? this.#firstPlace() : this.#placeBefore(decodeFrom);
    if (begin === undefined || begin.seconds > Math.max(0, startSeconds)) return undefined;
    const { position, seconds, skipped, frameSamples } = begin;
    const rate = this.#sampleRate;
    const needed = (startSeconds + excerpt.length / sampleRate + marginSeconds - seconds) * rate;
    const decoded = decodeMp3At(this.#path, position, needed, frameSamples);
    if (decoded === undefined) return undefined;
    const first = Math.round(seconds * rate);
    const end = first + decoded.samples.length;
    const heardEnd = decoded.reachesEnd ? this.#mp3End(end, frameSamples) : end;
    if (heardEnd === undefined) return undefined;
    this.packets += decoded.samples.length / frameSamples;
    const start = Math.round(startSeconds * sampleRate);
    using piece = monoFrame(rate, pieceSamples);
    const room = samplesOf(piece);
    const resampler = new MonoResampler(sampleRate, piece, first + skipped);
    try {
      for (let from = skipped; from < heardEnd - first; from += pieceSamples) {
        const to = Math.min(from + pieceSamples, heardEnd - first);
        const samples = decoded.samples.subarray(from, to);
        room.set(samples);
        piece.nbSamples = samples.length;
        place(excerpt, resampler.position - start, resampler.convert(piece));
      }
      if (decoded.reachesEnd) place(excerpt, resampler.position - start, resampler.convert(null));
      return excerpt.subarray(0, Math.max(0, resampler.position - start));
    } finally {
      resampler.close();
    }
  }

  /**
   * Where the last sample that is heard ends, given the end of the last frame, both from the first sample that is heard:
   * an encoder that tells its delay tells its padding, too. Undefined where the file says one thing and holds another.
   */
  #mp3End(end: number, frameSamples: number): number | undefined {
    const first = this.#firstPlace();
    if (first === undefined || this.#formatName !== 'mp3') return undefined;
    const { position, skipped } = first;
    const declared = this.#declaredSeconds;
    if (skipped === 0 || declared === undefined) return end;
    const frames = announcedMp3Frames(this.#path, position);
    if (frames === undefined || end > frames * frameSamples - skipped) return undefined;
    return Math.min(end, Math.round(declared * this.#sampleRate));
  }

  /** FFmpeg's names: 'mov,mp4,m4a,3gp,3g2,mj2' and 'alac'. */
  get format(): { container: string; codec: string; streamIndex: number } {
    const { codecpar, index } = this.#stream;
    const codec = avGetCodecName(codecpar.codecId) ?? '';
    return { container: this.#formatName, codec, streamIndex: index };
  }

  /** Whether the file carries a picture. */
  get hasPicture(): boolean {
    return this.#demuxer.streams.some((stream) =>
      stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC),
    );
  }

  get #formatName(): string {
    return this.#demuxer.iformat?.name ?? '';
  }

  /** Whether the native decoder is worth trying. */
  get #isMp3(): boolean {
    return (
      hasMp3Decoder &&
      this.#origin !== AV_NOPTS_VALUE &&
      this.#stream.codecpar.codecId === AV_CODEC_ID_MP3
    );
  }

  /** Opens the file, chooses the stream and decodes up to its first frame. */
  #open(): void {
    this.#openStream();
    this.#atStart = true;
    this.#holdFrame();
  }

  #openStream(): void {
    this.#openDemuxer();
    this.#chooseStream();
    this.#openDecoder();
  }

  /** Where the first frame lies. */
  #firstPlace(): Mp3Place | undefined {
    if (this.#first === undefined) {
      this.#close();
      this.#held = this.#atStart = false;
      this.#openStream();
      this.#first = this.#nextPlace();
    }
    return this.#first;
  }

  #placeBefore(seconds: number): Mp3Place | undefined {
    return this.#seekPacket(seconds) ? this.#nextPlace() : undefined;
  }

  /** Where the next packet lies in the file. */
  #nextPlace(): Mp3Place | undefined {
    if (!this.#readPacket()) return undefined;
    const { pts, pos, data } = this.#packet;
    if (pts === AV_NOPTS_VALUE || pos < 0n || data === null) return undefined;
    const skips = this.#packet.getSideData(AV_PKT_DATA_SKIP_SAMPLES);
    return {
      position: Number(pos),
      seconds: this.#seconds(pts - this.#origin),
      skipped: skips?.readUInt32LE(0) ?? 0,
      frameSamples: (data[1]! & 8) > 0 ? 1152 : 576,
    };
  }

  #openDemuxer(): void {
    this.#demuxer = new FormatContext();
    const options = Dictionary.fromObject(openOptions);
    const status = this.#demuxer.openInputSync(`file:${resolve(this.#path)}`, null, options);
    options.free();
    if (status < 0 || this.#demuxer.probeScore <= nameOnlyScore) {
      throw hasAudioSignature(this.#path)
        ? this.#error('CORRUPT', 'a complete audio file', 'a damaged one')
        : this.#error('NOT_AUDIO', 'an audio file', 'data of no known audio format');
    }
  }

  /**
   * avformat_find_stream_info would decode cover pictures and guess durations. Only raw AAC gets it,
   * which has neither, and no time stamps without it.
   */
  #chooseStream(): void {
    const { streams } = this.#demuxer;
    const audio = streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
    const chosen = audio.find((one) => one.hasDisposition(AV_DISPOSITION_DEFAULT)) ?? audio[0];
    if (chosen === undefined) {
      throw this.#error(
        'NO_AUDIO_STREAM',
        'a file with sound',
        'a picture or a video without sound',
      );
    }
    for (const stream of streams) {
      if (stream.index !== chosen.index) stream.discard = AVDISCARD_ALL;
    }
    this.#stream = chosen;
    this.#noteTimeBase();
    const { duration } = chosen;
    if (duration !== AV_NOPTS_VALUE) this.#declaredSeconds = this.#seconds(duration);
    else if (this.#demuxer.duration !== AV_NOPTS_VALUE) {
      this.#declaredSeconds = Number(this.#demuxer.duration) / AV_TIME_BASE;
    }
    if (this.#formatName === 'aac') {
      this.#demuxer.findStreamInfoSync(null);
      this.#noteTimeBase();
    }
    if (isEncryptedStream(chosen) || (this.#formatName === 'asf' && isEncryptedAsf(this.#path))) {
      throw this.#protectedError();
    }
  }

  /** Asking FFmpeg for each packet would take as long as reading it. */
  #noteTimeBase(): void {
    const { num, den } = this.#stream.timeBase;
    this.#timeBase = { num, den };
  }

  #openDecoder(): void {
    const { codecpar, timeBase } = this.#stream;
    const codec = Codec.findDecoder(codecpar.codecId);
    const decoder = new CodecContext();
    this.#decoder = decoder;
    decoder.allocContext3(codec);
    decoder.parametersToContext(codecpar);
    decoder.pktTimebase = timeBase;
    if (codec === null || decoder.open2Sync(codec, null) < 0) {
      const name = avGetCodecName(codecpar.codecId);
      throw this.#error('UNSUPPORTED_CODEC', 'a codec that can be decoded', `'${name}'`);
    }
  }

  #close(): void {
    this.#decoder?.freeContext();
    this.#demuxer?.closeInputSync();
  }

  #rewind(): void {
    if (this.#atStart) return;
    this.#close();
    this.#held = false;
    this.#open();
  }

  /** The next frame will lie at `seconds` or before; if seeking cannot do that, at the start. */
  #goTo(seconds: number, latest: number): void {
    if (seconds <= 0) return this.#rewind();
    const { packets, failedPackets } = this;
    if (!this.#seek(seconds) || this.#framePosition() > latest * this.#frame.sampleRate) {
      this.#atStart = false;
      this.#rewind();
    }
    // What fails between the place found and its first frame is seeking's doing, not the file's.
    this.packets = packets;
    this.failedPackets = failedPackets;
  }

  #seek(seconds: number): boolean {
    if (!this.#seekPacket(seconds)) return false;
    this.#decoder.flushBuffers();
    return this.#holdFrame() && this.#frame.pts !== AV_NOPTS_VALUE;
  }

  #seekPacket(seconds: number): boolean {
    const { num, den } = this.#timeBase;
    const timestamp = this.#origin + BigInt(Math.round((seconds * den) / num));
    this.#held = this.#atStart = false;
    if (this.#origin === AV_NOPTS_VALUE) return false;
    const { index } = this.#stream;
    return this.#demuxer.seekFrameSync(index, timestamp, AVSEEK_FLAG_BACKWARD) >= 0;
  }

  #holdFrame(): boolean {
    this.#held = false;
    this.#held = this.#frames().next().done === false;
    return this.#held;
  }

  /**
   * Index of the frame's first sample, counted from the first sample of the file. Time stamps that
   * are coarser than samples (milliseconds in ASF and Matroska) are taken to mean the nearest whole
   * number of frames, within their own resolution; exact for codecs with frames of one length.
   */
  #framePosition(): number {
    const { pts, nbSamples, sampleRate } = this.#frame;
    if (pts === this.#origin) return 0;
    const tick = this.#seconds(1n) * sampleRate;
    const position = Math.round(Number(pts - this.#origin) * tick);
    const wholeFrames = Math.round(position / nbSamples) * nbSamples;
    return tick > 1 && Math.abs(position - wholeFrames) <= tick ? wholeFrames : position;
  }

  /** Decodes to the end, skipping what cannot be decoded. The frame is valid until the next one. */
  *#frames(): Generator<Frame> {
    if (this.#held) {
      this.#held = false;
      this.#atStart = false;
      yield this.#frame;
    }
    for (let more = true; more;) {
      more = this.#readPacket();
      const sent = this.#decoder.sendPacketSync(more ? this.#packet : null);
      if (more) this.packets += 1;
      if (sent < 0 && more) {
        if (isEncryptedPacket(this.#packet)) throw this.#protectedError();
        this.failedPackets += 1;
      }
      let received = this.#decoder.receiveFrameSync(this.#frame);
      for (; received >= 0; received = this.#decoder.receiveFrameSync(this.#frame)) {
        yield this.#frame;
      }
      if (received !== AVERROR_EAGAIN && received !== AVERROR_EOF) this.failedPackets += 1;
    }
  }

  /** Any error of the demuxer is the end of what can be read. */
  #readPacket(): boolean {
    do {
      this.#packet.unref();
      if (this.#demuxer.readFrameSync(this.#packet) < 0) return false;
    } while (this.#packet.streamIndex !== this.#stream.index);
    return true;
  }

  #checkSampleRate(sampleRate: number): void {
    const { minimum, maximum } = sampleRateRange;
    if (sampleRate >= minimum && sampleRate <= maximum) return;
    throw this.#error('CORRUPT', `a sample rate of ${minimum} to ${maximum} Hz`, sampleRate);
  }

  #checkChannels(channels: number): void {
    if (channels <= mostChannels) return;
    throw this.#error('CORRUPT', `at most ${mostChannels} channels`, channels);
  }

  #seconds(timestamp: bigint): number {
    const { num, den } = this.#timeBase;
    return (Number(timestamp) * num) / den;
  }

  #protectedError(): AudioError {
    return this.#error('PROTECTED', 'a file without copy protection', 'encrypted audio');
  }

  #error(code: AudioError['code'], what: string, received: unknown): AudioError {
    return new AudioError(code, expected(what, this.#path, received));
  }
}

/** Copies what fits of samples that belong at `position`, which may lie before or behind the target. */
function place(target: Float32Array, position: number, samples: Float32Array): void {
  const from = Math.max(0, -position);
  const to = Math.min(samples.length, target.length - position);
  if (from < to) target.set(samples.subarray(from, to), position + from);
}

/** Collects samples from a position on. */
class Excerpt {
  readonly #start: number;
  readonly #count: number;
  readonly #chunks: Float32Array[] = [];
  #taken = 0;

  constructor(start: number, count: number) {
    this.#start = start;
    this.#count = count;
  }

  /** Copies what is wanted of `samples`, which begin at `position`. */
  take(position: number, samples: Float32Array): void {
    const from = Math.max(0, this.#start + this.#taken - position);
    const kept = samples.slice(from, Math.max(from, this.#start + this.#count - position));
    this.#chunks.push(kept);
    this.#taken += kept.length;
  }

  isOver(position: number): boolean {
    return position >= this.#start + this.#count;
  }

  samples(): Float32Array {
    if (this.#chunks.length === 1) return this.#chunks[0]!;
    const samples = new Float32Array(this.#taken);
    let offset = 0;
    for (const chunk of this.#chunks) {
      samples.set(chunk, offset);
      offset += chunk.length;
    }
    return samples;
  }

  /** With 0 for what is no number, or no sound, as files of floating-point samples may hold. */
  finiteSamples(): Float32Array {
    const samples = this.samples();
    for (let index = 0; index < samples.length; index += 1) {
      if (!(Math.abs(samples[index]!) <= largestSample)) samples[index] = 0;
    }
    return samples;
  }
}
