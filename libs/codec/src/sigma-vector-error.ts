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
  | 'no-vectors'
  | 'missing-chunk'
  | 'duplicate-chunk'
  | 'mixed-chunks'
  | 'mixed-models'
  | 'mixed-dimensions';

/** Thrown on bytes, a header or a set of vectors that no encoder writes; `reason` is stable, the message says what was expected and found. */
export class SigmaVectorError extends Error {
  override readonly name = 'SigmaVectorError';

  constructor(
    readonly reason: SigmaVectorErrorReason,
    message: string,
  ) {
    super(message);
  }
}
