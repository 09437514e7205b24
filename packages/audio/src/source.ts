import { resolve } from 'node:path';
import {
  AVDISCARD_ALL,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVSEEK_FLAG_BACKWARD,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
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
import { isEncryptedAsf, isEncryptedPacket, isEncryptedStream } from './protection.ts';
import { MonoResampler } from './resampler.ts';

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

const sampleRateRange = { minimum: 1000, maximum: 768_000 };

/** No codec packs more into one packet. */
const longestPacketSeconds = 60;

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
      if (source.#held) source.#origin = source.#frame.pts;
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
   * The samples from startSeconds on, mono (mean of channels), at `sampleRate`: `count` of them, or
   * fewer where the file ends before. Samples that are not finite become 0.
   */
  read(sampleRate: number, startSeconds: number, count: number): Float32Array {
    const start = Math.round(startSeconds * sampleRate);
    const chunks: Float32Array[] = [];
    const decodeFrom = startSeconds - prerollSeconds;
    this.#goTo(decodeFrom, startSeconds);
    let rate = this.#frame.sampleRate;
    let position = this.#held ? this.#framePosition() : 0;
    let resampler: MonoResampler | undefined;
    let taken = 0;
    const take = (samples: Float32Array): void => {
      const begin = resampler!.position - samples.length;
      const from = Math.max(0, start + taken - begin);
      const kept = samples.slice(from, Math.max(from, start + count - begin));
      chunks.push(kept);
      taken += kept.length;
    };
    try {
      for (const frame of this.#frames()) {
        if (resampler?.fits(frame) === false) {
          take(resampler.convert(null));
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
          resampler = new MonoResampler(sampleRate, frame, begin);
        }
        take(resampler.convert(frame));
        if (resampler.position >= start + count) return concatenated(chunks);
      }
      if (resampler !== undefined) take(resampler.convert(null));
    } finally {
      resampler?.close();
    }
    return concatenated(chunks);
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

  /** Opens the file, chooses the stream and decodes up to its first frame. */
  #open(): void {
    this.#openDemuxer();
    this.#chooseStream();
    this.#openDecoder();
    this.#atStart = true;
    this.#holdFrame();
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
    const { duration } = chosen;
    if (duration !== AV_NOPTS_VALUE) this.#declaredSeconds = this.#seconds(duration);
    else if (this.#demuxer.duration !== AV_NOPTS_VALUE) {
      this.#declaredSeconds = Number(this.#demuxer.duration) / AV_TIME_BASE;
    }
    if (this.#formatName === 'aac') this.#demuxer.findStreamInfoSync(null);
    if (isEncryptedStream(chosen) || (this.#formatName === 'asf' && isEncryptedAsf(this.#path))) {
      throw this.#protectedError();
    }
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
    const { num, den } = this.#stream.timeBase;
    const timestamp = this.#origin + BigInt(Math.round((seconds * den) / num));
    this.#atStart = false;
    if (this.#origin === AV_NOPTS_VALUE) return false;
    const { index } = this.#stream;
    if (this.#demuxer.seekFrameSync(index, timestamp, AVSEEK_FLAG_BACKWARD) < 0) return false;
    this.#decoder.flushBuffers();
    return this.#holdFrame() && this.#frame.pts !== AV_NOPTS_VALUE;
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

  #seconds(timestamp: bigint): number {
    const { num, den } = this.#stream.timeBase;
    return (Number(timestamp) * num) / den;
  }

  #protectedError(): AudioError {
    return this.#error('PROTECTED', 'a file without copy protection', 'encrypted audio');
  }

  #error(code: AudioError['code'], what: string, received: unknown): AudioError {
    return new AudioError(code, expected(what, this.#path, received));
  }
}

function concatenated(chunks: readonly Float32Array[]): Float32Array {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  const samples = new Float32Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    samples.set(chunk, offset);
    offset += chunk.length;
  }
  for (let index = 0; index < total; index += 1) {
    if (!Number.isFinite(samples[index])) samples[index] = 0;
  }
  return samples;
}
