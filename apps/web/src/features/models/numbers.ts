import type { Estimate } from '@consonance/research/report-types';

/** A dash for what has no value; a true minus. */
export const number = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : (Number(value.toFixed(digits)) || 0).toFixed(digits).replace('-', '−');

export const signed = (value: number | null | undefined, digits = 3): string =>
  `${typeof value === 'number' && value > 0 ? '+' : ''}${number(value, digits)}`;

export const interval = (estimate: Pick<Estimate, 'interval'>, digits = 3): string =>
  estimate.interval
    ? `${number(estimate.interval[0], digits)} to ${number(estimate.interval[1], digits)}`
    : '';

/** Whether chance does not explain a difference: 0 is outside of its interval. */
export const isSure = ({ interval: bounds }: Pick<Estimate, 'interval'>): boolean =>
  bounds !== null && (bounds[0] > 0 || bounds[1] < 0);

export const pText = (value: number | null): string =>
  value === null ? '–' : value < 0.001 ? '< 0.001' : value.toFixed(3);
