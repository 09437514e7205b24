/** A rising sweep in dB: bands light up one after the other. melBands x frames, row-major. */
export function sweep(melBands: number, frames: number): Float32Array {
  return Float32Array.from({ length: melBands * frames }, (_, cell) => {
    const [band, frame] = [Math.floor(cell / frames), cell % frames];
    return Math.max(-80, -2 * Math.abs(band - (melBands * frame) / frames));
  });
}
