import type { RealTextDocument } from '@sigmalang/search/real-text-documents';
import { DatabaseSync } from 'node:sqlite';
import { wordsOf } from './search-queries';

const TOP = 10;

/** What a peer found, and how long it took in milliseconds. */
export interface PeerAnswers {
  readonly ids: readonly (readonly string[])[];
  readonly times: readonly number[];
}

/** SQLite's own full-text search: FTS5 with Porter's stemmer, ranked by its bm25, any of the words. */
export class Fts5Peer {
  private readonly database = new DatabaseSync(':memory:');

  constructor() {
    this.database.exec("create virtual table documents using fts5(id unindexed, text, tokenize = 'porter unicode61')");
  }

  /** Adds documents, and says how many seconds it took. */
  add(documents: readonly RealTextDocument[]): number {
    const started = performance.now();
    const insert = this.database.prepare('insert into documents(id, text) values (?, ?)');
    this.database.exec('begin');
    for (const { id, text } of documents) insert.run(id, text);
    this.database.exec('commit');
    return (performance.now() - started) / 1000;
  }

  /** Searches for any of the words of each query. */
  search(queries: readonly string[]): PeerAnswers {
    const statement = this.database.prepare(`select id, text from documents where documents match ? order by rank limit ${TOP}`);
    return answersOf(queries, (query) => {
      const words = [...new Set(wordsOf(query))].map((word) => `"${word}"`).join(' OR ');
      return statement.all(words).map(({ id }) => String(id));
    });
  }
}

/** Every embedding as float32, compared with the query one by one in plain JavaScript; its answers are exact. */
export class FloatScanPeer {
  private rows = new Float32Array(0);
  private readonly ids: string[] = [];

  constructor(private readonly dimensions: number) {}

  /** Adds embeddings of unit length. */
  add(ids: readonly string[], embeddings: readonly Float32Array[]): void {
    const more = new Float32Array((this.ids.length + ids.length) * this.dimensions);
    more.set(this.rows);
    embeddings.forEach((embedding, i) => { more.set(embedding, (this.ids.length + i) * this.dimensions); });
    this.rows = more;
    this.ids.push(...ids);
  }

  /** The best of all for each query, of equal ones the first. */
  search(queries: readonly Float32Array[]): PeerAnswers {
    return answersOf(queries, (query) => this.best(query).map((row) => this.ids[row] ?? ''));
  }

  private best(query: Float32Array): number[] {
    const { rows, dimensions } = this;
    const best: { row: number; score: number }[] = [];
    let worst = -Infinity;
    for (let row = 0; row < this.ids.length; row++) {
      let score = 0;
      const start = row * dimensions;
      for (let i = 0; i < dimensions; i++) score += (rows[start + i] ?? 0) * (query[i] ?? 0);
      if (score <= worst) continue;
      best.push({ row, score });
      best.sort((a, b) => b.score - a.score || a.row - b.row);
      if (best.length > TOP) best.pop();
      if (best.length === TOP) worst = best[TOP - 1]?.score ?? -Infinity;
    }
    return best.map(({ row }) => row);
  }
}

function answersOf<Query>(queries: readonly Query[], search: (query: Query) => string[]): PeerAnswers {
  const [ids, times]: [string[][], number[]] = [[], []];
  for (const query of queries) {
    const started = performance.now();
    ids.push(search(query));
    times.push(performance.now() - started);
  }
  return { ids, times };
}
