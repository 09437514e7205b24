/** The package has types, but hides them from ECMAScript modules. */
declare module 'cephes' {
  /** Resolves when the functions may be called. */
  export const compiled: Promise<void>;
  /** Regularised incomplete beta function. */
  export function incbet(a: number, b: number, x: number): number;
  /** Logarithm of the gamma function. */
  export function lgam(x: number): number;
  /** Distribution function of the standard normal distribution. */
  export function ndtr(x: number): number;
  /** Its inverse. */
  export function ndtri(p: number): number;
}
