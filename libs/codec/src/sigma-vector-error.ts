/** What a {@link SigmaVectorError} complains about. */
export type SigmaVectorErrorReason =
  | 'truncated'
  | 'trailing'
  | 'magic'
  | 'version'
  | 'geometry'
  | 'tokens'
  | 'chunk'
  | 'model'
  | 'flags'
  | 'padding'
  | 'base64'
  | 'header'
  | 'bits'
  | 'erased'
  | 'copies'
  | 'no-vectors'
  | 'missing-chunk'
  | 'duplicate-chunk'
  | 'mixed-chunks'
  | 'mixed-models'
  | 'mixed-dimensions';

/**
 * Thrown on bytes, a header or a set of vectors that no encoder writes; `reason` is stable, the message says what was expected and
 * found, `field` where in the vector, such as `copies[1]`, when it is not the vector's own data.
 */
export class SigmaVectorError extends Error {
  override readonly name = 'SigmaVectorError';

  constructor(
    readonly reason: SigmaVectorErrorReason,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}
