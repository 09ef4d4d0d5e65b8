/** What a {@link VectorError} complains about. */
export type VectorErrorReason =
  'dimensions' | 'mismatch' | 'length' | 'spare-bits' | 'base64' | 'digit' | 'bipolar' | 'empty' | 'duplicate' | 'range';

/** Thrown by every function of this library on input that it refuses; `reason` is stable, the message says what was expected and found. */
export class VectorError extends Error {
  override readonly name = 'VectorError';

  constructor(
    readonly reason: VectorErrorReason,
    message: string,
  ) {
    super(message);
  }
}
