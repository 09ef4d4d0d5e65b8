import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosine } from './similarity-benchmark';

/** A text with its id. */
export interface Passage {
  readonly id: string;
  readonly text: string;
}

/** A test collection: query id → document id → relevance, 0 for none. */
export interface RetrievalSet {
  readonly documents: readonly Passage[];
  readonly queries: readonly Passage[];
  readonly relevance: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The Cranfield collection from the folder of measuring data; a document's text is its title and its body. */
export function readCranfield(folder: string): RetrievalSet {
  const lines = (file: string) => readFileSync(join(folder, 'retrieval-cranfield', file), 'utf8').trim().split('\n');
  const passages = (file: string) =>
    lines(file).map((line) => {
      const { _id: id, title = '', text } = JSON.parse(line) as { _id: string; title?: string; text: string };
      return { id, text: `${title} ${text}` };
    });
  const relevance = new Map<string, Map<string, number>>();
  for (const line of lines('qrels.tsv').slice(1)) {
    const [query = '', document = '', score] = line.split('\t');
    relevance.set(query, (relevance.get(query) ?? new Map<string, number>()).set(document, Number(score)));
  }
  return { documents: passages('corpus.jsonl'), queries: passages('queries.jsonl'), relevance };
}

const discounted = (gains: readonly number[]) => gains.slice(0, 10).reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0);

/** nDCG@10 of one ranking, 0 to 1, with the relevance as gain (Järvelin and Kekäläinen, 2002); 0 where nothing is relevant. */
export function gainAt10(ranking: readonly string[], relevance: ReadonlyMap<string, number>): number {
  const ideal = discounted(Array.from(relevance.values()).sort((a, b) => b - a));
  return ideal > 0 ? discounted(ranking.map((id) => relevance.get(id) ?? 0)) / ideal : 0;
}

/** Mean nDCG@10, in percent, of ranking all documents by the cosine of their vectors with the query's. */
export function retrievalGain({ documents, queries, relevance }: RetrievalSet, embed: (text: string) => ArrayLike<number>): number {
  const vectors = documents.map(({ id, text }) => ({ id, vector: embed(text) }));
  const gains = queries.map((query) => {
    const target = embed(query.text);
    const scored = vectors.map(({ id, vector }) => ({ id, score: cosine(target, vector) }));
    const ranking = scored.sort((a, b) => b.score - a.score).map(({ id }) => id);
    return gainAt10(ranking, relevance.get(query.id) ?? new Map<string, number>());
  });
  return (100 * gains.reduce((sum, gain) => sum + gain, 0)) / queries.length;
}
