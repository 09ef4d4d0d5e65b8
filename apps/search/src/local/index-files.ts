/** Names of the files of an index. */
export const INDEX_FILES = {
  /** Documents, embeddings and words, by SQLite. */
  documents: 'documents.sqlite',
  /** The inverted index of stems. */
  keywords: 'keywords.bin',
  /** The words of the collection. */
  spellings: 'spellings.json',
  /** Embeddings rounded to bytes. */
  vectors: 'vectors.bin',
  /** Which rows there are, and the values of their metadata. */
  values: 'values.bin',
  /** The graph of neighbours, where there is one. */
  graph: 'neighbours.usearch',
} as const;
