import { ASSET_FILES, Lexicon, measuringData, readCranfield, type RetrievalSet, TextEmbedder } from '@sigmalang/lexicon';
import { MemorySearch } from './evaluation/memory-search';
import { fullTextSearch, plainBm25 } from './evaluation/plain-rankings';
import { type Gain, neighbourSet, paraphraseSet, rankingGain } from './evaluation/retrieval-sets';

const LEXICON = `dist/assets/lexicon/${ASSET_FILES.int8}`;
const MODES = ['keyword', 'semantic', 'hybrid', 'exact', 'fuzzy'] as const;

/** Measures nDCG@10 of each mode beside plain methods, on abstracts (Cranfield), prose and single sentences. */
export default function measureSearchQuality({ print }: { print: (line: string) => void }): Promise<void> {
  const data = measuringData(process.env);
  if (data === undefined) {
    print('SKIPPED: search quality needs the measuring data; set SIGMALANG_DATA to its folder');
    return Promise.resolve();
  }
  const embedder = new TextEmbedder(Lexicon.load(LEXICON));
  const cranfield = readCranfield(data);
  const search = measure('Cranfield', cranfield, embedder, print);
  printOverlaps(cranfield, search, print);
  measure('neighbours of a sentence', neighbourSet(data), embedder, print);
  measure('paraphrases', paraphraseSet(data), embedder, print);
  return Promise.resolve();
}

function measure(name: string, set: RetrievalSet, embedder: TextEmbedder, print: (line: string) => void): MemorySearch {
  const search = new MemorySearch(set.documents.map(({ text }) => text), (text) => embedder.embed(text));
  const report = (method: string, rank: (query: string) => ArrayLike<number>) => print(`${name}, nDCG@10, ${method}: ${inWords(rankingGain(set, rank))}`);
  print(`${name}: ${set.documents.length} documents, ${set.queries.length} queries`);
  report('plain BM25', plainBm25(set.documents));
  report('FTS5 with Porter stemming and stop words', fullTextSearch(set.documents));
  for (const mode of MODES) report(mode, (query) => search[mode](query));
  report('hybrid without feedback', (query) => search.hybrid(query, { feedback: false }));
  for (const keyword of [0.5, 0.9]) report(`hybrid ${keyword}/${(1 - keyword).toFixed(1)}`, (query) => search.hybrid(query, { keyword, semantic: 1 - keyword }));
  for (const depth of [20, 50, 100, 500]) report(`hybrid to depth ${depth}`, (query) => search.hybrid(query, { depth }));
  return search;
}

function inWords({ all, even, odd }: Gain): string {
  return `${all.toFixed(2)} (even queries ${even.toFixed(2)}, odd ${odd.toFixed(2)})`;
}

/** How many of the first ten results two modes share, where either has any. */
function printOverlaps({ queries }: RetrievalSet, search: MemorySearch, print: (line: string) => void): void {
  // Of the queries' own words only neighbours make phrases that are anywhere.
  const texts = queries.map(({ text }) => text.split(' ').filter((word) => word.length > 3).slice(0, 2).join(' '));
  MODES.forEach((mode, i) => {
    for (const other of MODES.slice(i + 1)) {
      let [shared, most] = [0, 0];
      for (const text of texts) {
        const [first, second] = [search[mode](text).slice(0, 10), search[other](text).slice(0, 10)];
        shared += first.filter((row) => second.includes(row)).length;
        most += Math.max(first.length, second.length);
      }
      print(`overlap@10 of ${mode} and ${other}, two words of each query: ${((100 * shared) / most).toFixed(0)} %`);
    }
  });
}
