import { gainAt10, type Passage, readSentencePairs, type RetrievalSet } from '@sigmalang/lexicon';
import { realSentences } from './real-text-documents';

/** From this similarity on (0 to 5), one sentence of a pair is the answer to the other. */
const ALIKE = 3.5;

const PASSAGE_SENTENCES = 7;

/** Mean nDCG@10 in percent. */
export interface Gain {
  readonly all: number;
  /** Of every second query, from the first on, and of the others. */
  readonly even: number;
  readonly odd: number;
}

/** nDCG@10 of a ranking of a set's documents, over all queries and in halves. */
export function rankingGain(set: RetrievalSet, rank: (query: string) => ArrayLike<number>): Gain {
  const gains = set.queries.map(({ id, text }) => {
    const ids = Array.from(rank(text)).map((row) => set.documents[row]?.id ?? '');
    return 100 * gainAt10(ids, set.relevance.get(id) ?? new Map<string, number>());
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { all: mean(gains), even: mean(gains.filter((_, i) => i % 2 === 0)), odd: mean(gains.filter((_, i) => i % 2 === 1)) };
}

/** Passages of six sentences of the real texts; a query is a seventh from their middle, which is left out. The passage is relevant, its neighbours half as much. */
export function neighbourSet(folder: string): RetrievalSet {
  const sentences = realSentences(folder);
  const documents: Passage[] = [];
  const queries: Passage[] = [];
  for (let i = 0; i + PASSAGE_SENTENCES <= sentences.length; i += PASSAGE_SENTENCES) {
    const passage = sentences.slice(i, i + PASSAGE_SENTENCES).map(({ text }) => text);
    const [query = ''] = passage.splice(PASSAGE_SENTENCES >> 1, 1);
    const id = String(documents.length);
    documents.push({ id, text: passage.join(' ') });
    if (query.split(' ').length >= 6) queries.push({ id, text: query });
  }
  const relevance = new Map(
    queries.map(({ id }) => {
      const around = [-1, 1].map((step): [string, number] => [String(Number(id) + step), 0.5]).filter(([other]) => documents[Number(other)] !== undefined);
      return [id, new Map([[id, 1], ...around])];
    }),
  );
  return { documents, queries, relevance };
}

/** Short texts: the second sentences of the STS benchmark; queries are first sentences, to be answered by the one that means about the same. */
export function paraphraseSet(folder: string): RetrievalSet {
  const pairs = readSentencePairs(folder);
  const texts = Array.from(new Set(pairs.map(({ second }) => second)));
  const documents = texts.map((text, row) => ({ id: String(row), text }));
  const rows = new Map(texts.map((text, row) => [text, String(row)]));
  const asked = pairs.filter(({ first, second, score }) => score >= ALIKE && first !== second);
  const queries = asked.map(({ first }, i) => ({ id: String(i), text: first }));
  return { documents, queries, relevance: new Map(asked.map(({ second }, i) => [String(i), new Map([[rows.get(second) ?? '', 1]])])) };
}
