import { measuringData } from '@sigmalang/lexicon';
import { DatabaseSync } from 'node:sqlite';
import { realSentences, realTextDocuments, seededRandom } from '../evaluation/real-text-documents';
import { analyze, stemsOf, type Token, wordsOf } from '../text/text-analyzer';
import { isStopWord } from '../text/stop-words';
import { KeywordIndex } from './keyword-index';
import { fuzzyQuery, keywordQuery } from './keyword-query';
import { Spellings } from './spellings';

const DOCUMENTS = [10_000, 30_000, 100_000];
const QUERIES = 200;
const QUERY_WORDS = 10;
const LIMIT = 200;

/** Measures building, searching, memory, saving and loading at three sizes, beside FTS5 of SQLite in memory over the same stems. */
export default function measureKeywordIndex({ print }: { print: (line: string) => void }): Promise<void> {
  const data = measuringData(process.env);
  if (data === undefined) {
    print('SKIPPED: the keyword index is measured with real text; set SIGMALANG_DATA to its folder');
    return Promise.resolve();
  }
  for (const count of DOCUMENTS) measure(data, count, print);
  return Promise.resolve();
}

function measure(data: string, count: number, print: (line: string) => void): void {
  const report = (line: string) => print(`keyword index, ${count} documents: ${line}`);
  const texts = Array.from(realTextDocuments(data, count), ({ text }) => text);
  const queries = realQueries(data);
  let start = performance.now();
  const analyzed = texts.map(analyze);
  const analysis = performance.now() - start;
  const [index, spellings] = [new KeywordIndex(), new Spellings()];
  start = performance.now();
  analyzed.forEach((tokens, row) => index.add(row, stemsOf(tokens)));
  const adding = performance.now() - start;
  start = performance.now();
  analyzed.forEach((tokens) => spellings.add(wordsOf(tokens)));
  const postings = analyzed.reduce((sum, tokens) => sum + new Set(stemsOf(tokens)).size, 0);
  report(`analysed ${rate(count, analysis)}, added ${rate(count, adding)}, words ${rate(count, performance.now() - start)} a second`);
  report(`${postings} postings, mean length ${index.meanLength.toFixed(0)}, ${(index.bytes / postings).toFixed(2)} bytes a posting, rows and terms among them`);
  const own = milliseconds(queries, (tokens) => index.search(keywordQuery(tokens), { limit: LIMIT }));
  const fuzzy = milliseconds(queries, (tokens) => index.search(fuzzyQuery(tokens, spellings), { limit: LIMIT }));
  const peer = milliseconds(queries, fullTextSearch(analyzed));
  report(`${QUERY_WORDS} words: ${own.text}; FTS5: ${peer.text}; ratio of medians ${(peer.median / own.median).toFixed(1)}`);
  report(`${QUERY_WORDS} words with their spellings (${spellings.size} words): ${fuzzy.text}`);
  analyzed.length = 0; // some million tokens, which would be collected while loading
  texts.length = 0;
  globalThis.gc?.();
  measureSaving(index, spellings, report);
}

function measureSaving(index: KeywordIndex, spellings: Spellings, report: (line: string) => void): void {
  let start = performance.now();
  const bytes = Buffer.concat(index.save());
  const saving = performance.now() - start;
  start = performance.now();
  const loaded = KeywordIndex.load(bytes);
  const loading = performance.now() - start;
  start = performance.now();
  const words = spellings.save();
  Spellings.load(words);
  report(`saved in ${saving.toFixed(0)} ms as ${(bytes.length / 1e6).toFixed(1)} MB, loaded in ${loading.toFixed(0)} ms; ${loaded.documents} documents; words ${(performance.now() - start).toFixed(0)} ms both ways`);
}

/** Ten words that are no stop words, each query from neighbouring sentences. */
function realQueries(data: string): Token[][] {
  const sentences = realSentences(data);
  const random = seededRandom(7);
  return Array.from({ length: QUERIES }, () => {
    const first = Math.floor(random() * (sentences.length - 8));
    const text = sentences.slice(first, first + 8).map((sentence) => sentence.text).join(' ');
    return analyze(text).filter(({ word }) => !isStopWord(word)).slice(0, QUERY_WORDS);
  });
}

function fullTextSearch(analyzed: readonly Token[][]): (tokens: readonly Token[]) => unknown {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE texts USING fts5(stems, content = '', tokenize = 'ascii')");
  const insert = database.prepare('INSERT INTO texts(rowid, stems) VALUES (?, ?)');
  database.exec('BEGIN');
  analyzed.forEach((tokens, row) => insert.run(row + 1, stemsOf(tokens).join(' ')));
  database.exec('COMMIT');
  const select = database.prepare(`SELECT rowid, bm25(texts) FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ${LIMIT}`);
  return (tokens) => select.all(Array.from(new Set(stemsOf(tokens)), (stem) => `"${stem}"`).join(' OR '));
}

function milliseconds(queries: readonly Token[][], search: (tokens: readonly Token[]) => unknown): { median: number; text: string } {
  for (const tokens of queries.slice(0, 20)) search(tokens);
  const times = queries
    .map((tokens) => {
      const start = performance.now();
      search(tokens);
      return performance.now() - start;
    })
    .sort((a, b) => a - b);
  const [median = 0, late = 0] = [times[times.length >> 1], times[Math.floor(times.length * 0.95)]];
  return { median, text: `p50 ${median.toFixed(2)} ms, p95 ${late.toFixed(2)} ms` };
}

function rate(count: number, took: number): string {
  return (count / (took / 1000)).toFixed(0);
}
