/** Of equal values exactly their value, so that nothing seems to vary by rounding alone; NaN without any. */
export function mean(values: readonly number[]): number {
  const [first = NaN] = values;
  if (values.every((value) => value === first)) return first;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample variance, with n - 1. */
export function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}
