const metadata = { year: 2024, tags: ['a', null, true], author: { name: { first: 'b' } } };
/** A document, with every field. */
export const document = { id: 'a', text: 'cat', metadata, seq: 7 };
/** A collection, with every field. */
export const collection = {
  name: 'news',
  description: null,
  documents: 1,
  bytes: 1,
  model: 'm',
  createdAt: '2026-01-02T03:04:05.678Z',
  seq: 7,
  indexedSeq: 7,
  reembedding: { model: 'n', state: 'failed', done: 0, total: 1, reason: 'nobody answers' },
};

/** What a search answers, with every field. */
export const found = {
  results: [{
    id: 'a',
    text: 'cat',
    score: 0.5,
    metadata,
    highlights: [{ start: 0, end: 3, text: 'cat' }],
    scores: {
      keyword: 0.5,
      keywordRank: 1,
      terms: [{ term: 'cat', frequency: 1, score: 0.5 }],
      semantic: 0.5,
      semanticRank: 1,
    },
  }],
  total: 1,
  mode: 'hybrid',
  degraded: ['meaning'],
  tookMs: 1,
  seq: 7,
  plan: { engine: 'sqlite', vectors: 'scan', candidates: 1, terms: ['cat'], model: 'm' },
};
