import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLT, type AVSampleFormat } from 'node-av/constants';
import { Frame, SoftwareResampleContext, avChannelLayoutDefault } from 'node-av/lib';

const mono = avChannelLayoutDefault(1);

/**
 * Mixes decoded frames to mono (mean of channels) and resamples them with libswresample.
 *
 * A stream that is entered in the middle gives the same numbers as one read from its beginning: the
 * output grid is anchored at a multiple of inputRate / gcd(inputRate, outputRate) input samples, so
 * every output sample meets the same filter phase either way.
 */
export class MonoResampler {
  readonly #context = new SoftwareResampleContext();
  readonly #sampleRate: number;
  readonly #inputRate: number;
  readonly #inputFormat: AVSampleFormat;
  readonly #inputChannels: number;
  readonly #hasPlacedChannels: boolean;
  #output = new Frame();
  #samples: Float32Array = new Float32Array(0);
  #position: number;

  /** @param inputPosition index of the first sample of `first` in the stream */
  constructor(sampleRate: number, first: Frame, inputPosition: number) {
    this.#sampleRate = sampleRate;
    this.#inputRate = first.sampleRate;
    this.#inputFormat = first.format as AVSampleFormat;
    this.#inputChannels = first.channels;
    this.#hasPlacedChannels = first.channelLayout.order === AV_CHANNEL_ORDER_NATIVE;
    this.#placeChannels(first);
    const [rate, format, channels] = [this.#inputRate, this.#inputFormat, this.#inputChannels];
    const layout = first.channelLayout;
    this.#context.allocSetOpts2(mono, AV_SAMPLE_FMT_FLT, sampleRate, layout, format, rate);
    this.#context.setMatrix(new Array<number>(channels).fill(1 / channels), channels);
    this.#context.init(); // Where this fails, so does every conversion.
    const divisor = greatestCommonDivisor(rate, sampleRate);
    const period = rate / divisor;
    const periods = Math.floor(inputPosition / period);
    const lead = inputPosition - periods * period;
    if (lead > 0) this.#context.injectSilence(lead);
    this.#position = periods * (sampleRate / divisor);
  }

  /** Index of the next output sample, counted from the first sample of the file. */
  get position(): number {
    return this.#position;
  }

  /** Whether the frame continues the stream that the first one began. */
  fits(frame: Frame): boolean {
    return (
      frame.sampleRate === this.#inputRate &&
      frame.format === this.#inputFormat &&
      frame.channels === this.#inputChannels
    );
  }

  /** Resamples a frame, or with null what the filter still holds. Valid until the next call. */
  convert(frame: Frame | null): Float32Array {
    if (frame !== null) this.#placeChannels(frame);
    this.#reserve(this.#context.getOutSamples(frame?.nbSamples ?? 0));
    this.#output.nbSamples = this.#samples.length;
    if (this.#context.convertFrame(this.#output, frame) < 0) return new Float32Array(0);
    const samples = this.#samples.subarray(0, this.#output.nbSamples);
    this.#position += samples.length;
    return samples;
  }

  close(): void {
    this.#output.free();
    this.#context.free();
  }

  #reserve(count: number): void {
    if (count <= this.#samples.length) return;
    this.#output.free();
    this.#output = monoFrame(this.#sampleRate, count);
    this.#samples = samplesOf(this.#output);
  }

  /**
   * Without avformat_find_stream_info some decoders do not say which channel is where, and
   * libswresample refuses them. To a mean of channels any places are as good.
   */
  #placeChannels(frame: Frame): void {
    if (this.#hasPlacedChannels) return;
    const nbChannels = this.#inputChannels;
    const mask = (1n << BigInt(nbChannels)) - 1n;
    frame.channelLayout = { nbChannels, order: AV_CHANNEL_ORDER_NATIVE, mask };
  }
}

/** Room for mono samples. */
export function monoFrame(sampleRate: number, count: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLT;
  frame.channelLayout = mono;
  frame.sampleRate = sampleRate;
  frame.nbSamples = count;
  frame.getBuffer();
  return frame;
}

/** The memory of a monoFrame. */
export function samplesOf(frame: Frame): Float32Array {
  const [data] = frame.data!;
  return new Float32Array(data!.buffer, data!.byteOffset, frame.nbSamples);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
