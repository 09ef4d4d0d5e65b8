import type { Passage } from '@sigmalang/lexicon';
import { DatabaseSync } from 'node:sqlite';
import { isStopWord } from '../text/stop-words';

/** Ranks passages for a query; gives their rows, best first, 10 at most. */
export type Ranking = (query: string) => readonly number[];

const words = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** Plain BM25 (k1 1.2, b .75) of words without a plural `s`. */
export function plainBm25(passages: readonly Passage[]): Ranking {
  const terms = (text: string) => words(text).map((word) => (word.length > 3 ? word.replace(/s$/, '') : word));
  const documents = passages.map(({ text }) => terms(text));
  const meanLength = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
  const postings = new Map<string, Map<number, number>>();
  documents.forEach((document, row) => {
    for (const term of document) {
      const rows = postings.get(term) ?? new Map<number, number>();
      postings.set(term, rows.set(row, (rows.get(row) ?? 0) + 1));
    }
  });
  return (query) => {
    const scores = new Map<number, number>();
    for (const term of terms(query)) {
      const rows = postings.get(term) ?? new Map<number, number>();
      const rarity = Math.log(1 + (documents.length - rows.size + 0.5) / (rows.size + 0.5));
      for (const [row, count] of rows) {
        const length = documents[row]?.length ?? 0;
        scores.set(row, (scores.get(row) ?? 0) + (rarity * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / meanLength)));
      }
    }
    return Array.from(scores)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, 10)
      .map(([row]) => row);
  };
}

/** FTS5 of SQLite with its Porter stemmer, over any of the query's words that is no stop word. */
export function fullTextSearch(passages: readonly Passage[]): Ranking {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE passages USING fts5(body, tokenize = 'porter unicode61')");
  const insert = database.prepare('INSERT INTO passages(rowid, body) VALUES (?, ?)');
  passages.forEach(({ text }, row) => insert.run(row, text));
  const select = database.prepare('SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT 10');
  return (query) => {
    const expression = words(query)
      .filter((word) => !isStopWord(word))
      .map((word) => `"${word}"`)
      .join(' OR ');
    return expression === '' ? [] : select.all(expression).map(({ rowid }) => Number(rowid));
  };
}
