/** The networks by name: Choi et al. 2017's CNN and CRNN at four sizes, and the one that ships. */
import type { FrontEnd } from '@consonance/audio';
import { expected, ModelError } from './errors.ts';
import { type NetworkConfig, sequenceSteps } from './network-config.ts';

export type Architecture = 'cnn' | 'crnn';

export const architectures: readonly Architecture[] = ['cnn', 'crnn'];

/** Four convolution and two GRU layers, small enough for 10 ms a window on one core. */
export const compactCrnn = (melBands: number, labels: readonly string[]): NetworkConfig => ({
  melBands,
  convolutions: [
    { channels: 16, pool: [2, 2] },
    { channels: 32, pool: [3, 2] },
    { channels: 64, pool: [4, 3] },
    { channels: 96, pool: [4, 3] },
  ],
  gruUnits: [64, 64],
  dropout: { convolution: 0.1, dense: 0.3 },
  labels: [...labels],
});

/**
 * Channels of the convolution layers; the CRNN's GRU layers have as many units as its first. The widths
 * of 0.5M are those of Choi et al. 2017 ("k2c2" and "CRNN"), the others keep their proportions; both
 * networks of one size have the same number of parameters within 2 %.
 */
const widths = {
  '0.1M': { cnn: [21, 43, 43, 64, 86], crnn: [31, 62, 62, 62] },
  '0.25M': { cnn: [34, 68, 68, 101, 135], crnn: [48, 97, 97, 97] },
  '0.5M': { cnn: [47, 95, 95, 142, 190], crnn: [68, 137, 137, 137] },
  '1M': { cnn: [67, 135, 135, 203, 271], crnn: [96, 195, 195, 195] },
} satisfies Record<string, Record<Architecture, number[]>>;

export type Preset = keyof typeof widths | 'compact';

export const presets = [...Object.keys(widths), 'compact'] as Preset[];

/** Choi et al.'s pooling for 96 bands and 1366 frames of 21 ms: the most that a layer pools. */
const mostPooling = {
  cnn: { mel: [2, 2, 2, 3, 4], time: [4, 4, 4, 5, 4] },
  crnn: { mel: [2, 3, 4, 4], time: [2, 3, 4, 4] },
};

/** What one step of the CRNN's sequence lasts at most. */
const stepSeconds = 2.048;

export interface NetworkChoice {
  architecture: Architecture;
  preset: Preset;
  frontEnd: Pick<FrontEnd, 'melBands' | 'hopLength' | 'sampleRate'>;
  /** Frames of a training input: the CNN pools them to a single cell. */
  cropFrames: number;
  labels: readonly string[];
  /** Of the CRNN; 2 when absent. */
  gruLayers?: 0 | 1 | 2;
  /** When absent, the architecture's own: the last state of the GRU, the mean of a CNN's map. */
  pooling?: NonNullable<NetworkConfig['pooling']>;
}

/**
 * The network of a preset, pooled to fit the front end: the CNN's map ends in one cell for a training
 * input and is averaged for longer ones, a step of the CRNN's sequence lasts 2.048 s or just less.
 *
 * @throws ModelError BAD_OPTION for names that do not exist and combinations that do not
 */
export function presetNetwork(choice: NetworkChoice): NetworkConfig {
  const { architecture, preset, frontEnd, cropFrames, labels, gruLayers = 2 } = choice;
  check('architecture', architecture, architectures);
  check('preset', preset, presets);
  if (architecture === 'cnn' && (preset === 'compact' || choice.gruLayers)) {
    throw new ModelError(
      'BAD_OPTION',
      'The preset compact and GRU layers belong to the architecture crnn; expected another choice for cnn.',
    );
  }
  const network =
    preset === 'compact'
      ? compactCrnn(frontEnd.melBands, labels)
      : paperNetwork(architecture, widths[preset][architecture], choice);
  const gruUnits = network.gruUnits.slice(0, gruLayers);
  const pooling = choice.pooling ?? (gruUnits.length > 0 ? network.pooling : undefined);
  return {
    ...network,
    gruUnits,
    ...(pooling && { pooling }),
    ...(pooling === 'flatten' && { flattenedSteps: sequenceSteps(network, cropFrames) }),
  };
}

function paperNetwork(
  architecture: Architecture,
  channels: readonly number[],
  { frontEnd, cropFrames, labels }: NetworkChoice,
): NetworkConfig {
  const { melBands, hopLength, sampleRate } = frontEnd;
  const stepFrames = Math.floor((stepSeconds * sampleRate) / hopLength);
  const most = mostPooling[architecture];
  const mel = largestPools(most.mel, melBands);
  const time = largestPools(most.time, architecture === 'cnn' ? cropFrames : stepFrames);
  return {
    melBands,
    convolutions: channels.map((width, i) => ({ channels: width, pool: [mel[i]!, time[i]!] })),
    gruUnits: architecture === 'cnn' ? [] : [channels[0]!, channels[0]!],
    dropout: { convolution: 0.1, dense: 0.3 },
    labels: [...labels],
    ...(architecture === 'crnn' && { pooling: 'last' }),
  };
}

/**
 * One pool a layer, none above its maximum, with the largest product that is at most `limit`; of several,
 * the one that pools earliest, which costs least.
 */
export function largestPools(maxima: readonly number[], limit: number): number[] {
  const [most, ...rest] = maxima;
  if (most === undefined) return [];
  const product = (pools: readonly number[]) => pools.reduce((a, b) => a * b, 1);
  const largest = Math.min(most, limit);
  const candidates = Array.from({ length: largest }, (_, i) => {
    const pool = largest - i;
    return [pool, ...largestPools(rest, Math.floor(limit / pool))];
  });
  return candidates.reduce((best, pools) => (product(pools) > product(best) ? pools : best));
}

function check<T extends string>(name: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value))
    throw expected('BAD_OPTION', `one of ${allowed.join(', ')}`, name, value);
}
