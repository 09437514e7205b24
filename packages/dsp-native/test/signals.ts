/** 32-bit linear congruential generator (Numerical Recipes); make_golden.py has the same one. */
export function noise(samples: number, seed: number, amplitude = 0.5): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
}

/** A sine of the given frequency in Hz. */
export function tone(
  samples: number,
  hz: number,
  sampleRate: number,
  amplitude = 0.5,
): Float32Array {
  return Float32Array.from(
    { length: samples },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / sampleRate),
  );
}
