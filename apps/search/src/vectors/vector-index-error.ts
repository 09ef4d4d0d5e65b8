/** Why saved vectors cannot be used: cut short or too long, of something else, of another format version, or with numbers that cannot be. */
export type SavedVectorsFault = 'truncated' | 'foreign' | 'version' | 'corrupt';

const EXPLANATIONS: Record<SavedVectorsFault, string> = {
  truncated: 'the saved vectors end too early or too late',
  foreign: 'these are no saved vectors of the dimensions asked for',
  version: 'the saved vectors have another format version than this code reads',
  corrupt: 'the saved vectors hold numbers that cannot be',
};

/** Saved vectors, or a saved graph of them, that cannot be loaded; they are made anew from the embeddings. */
export class SavedVectorsError extends Error {
  override readonly name = 'SavedVectorsError';

  constructor(
    readonly fault: SavedVectorsFault,
    options?: ErrorOptions,
  ) {
    super(EXPLANATIONS[fault], options);
  }
}
