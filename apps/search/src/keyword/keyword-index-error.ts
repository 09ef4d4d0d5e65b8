/** Bytes are no keyword index of this version, or damaged. */
export class KeywordIndexError extends Error {
  override readonly name = 'KeywordIndexError';
}
