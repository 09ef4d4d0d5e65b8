import { ASSET_FILES, Lexicon, measuringData, readCranfield, TextEmbedder } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { MemorySearch } from './memory-search';
import { realTextDocuments } from './real-text-documents';
import { rankingGain } from './retrieval-sets';

const LEXICON = join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8);
const data = measuringData(process.env);
const measured = (title: string, test: (data: string) => void) => {
  if (data === undefined) it.skip(`${title} (skipped: SIGMALANG_DATA does not name the folder of measuring data)`, () => undefined);
  else it(title, () => { test(data); }, 180_000);
};

describe('search quality', () => {
  measured('is at an nDCG@10 of 38.5 by keywords, 21 by meaning, and 40 by both on Cranfield, and both are never below keywords', (folder) => {
    const embedder = new TextEmbedder(Lexicon.load(LEXICON));
    const set = readCranfield(folder);
    const search = new MemorySearch(set.documents.map(({ text }) => text), (text) => embedder.embed(text));
    const [keyword, semantic, hybrid] = (['keyword', 'semantic', 'hybrid'] as const).map((mode) => rankingGain(set, (query) => search[mode](query)));
    expect(keyword?.all).toBeGreaterThanOrEqual(38.5);
    expect(semantic?.all).toBeGreaterThanOrEqual(21);
    expect(hybrid?.all).toBeGreaterThanOrEqual(40);
    for (const half of ['all', 'even', 'odd'] as const) expect(hybrid?.[half]).toBeGreaterThanOrEqual(keyword?.[half] ?? Infinity);
  });
});

describe('realTextDocuments', () => {
  measured('gives the same documents for the same seed, of about 400 characters, with metadata of many selectivities', (folder) => {
    const documents = Array.from(realTextDocuments(folder, 3000));
    expect(Array.from(realTextDocuments(folder, 10))).toEqual(documents.slice(0, 10));
    expect(Array.from(realTextDocuments(folder, 10, 2))).not.toEqual(documents.slice(0, 10));
    const length = documents.reduce((sum, { text }) => sum + text.length, 0) / documents.length;
    expect(Math.abs(length - 420)).toBeLessThan(60);
    const rare = documents.filter(({ metadata }) => metadata.tag === 'rare').length;
    expect(rare).toBeGreaterThan(0);
    expect(rare).toBeLessThan(15);
  });
});
