export type DspErrorCode = 'INVALID_ARGUMENT' | 'UNKNOWN_OPTION' | 'ADDON_MISSING';

export class DspError extends Error {
  override readonly name = 'DspError';
  readonly code: DspErrorCode;

  constructor(code: DspErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
