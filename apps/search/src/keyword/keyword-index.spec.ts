import fc from 'fast-check';
import { analyze } from '../text/text-analyzer';
import { B, K1, type QueryWord } from './bm25';
import { KeywordIndex } from './keyword-index';
import { KeywordIndexError } from './keyword-index-error';
import { keywordQuery } from './keyword-query';

const word = (...stems: string[]): QueryWord => ({ terms: stems.map((stem, i) => ({ stem, weight: 1 - i / 4 })) });

/** BM25 by its definition over all documents. */
function bruteForce(documents: ReadonlyMap<number, readonly string[]>, query: readonly QueryWord[], allowed?: Uint8Array): [number, number][] {
  const all = Array.from(documents.values());
  const meanLength = all.reduce((sum, { length }) => sum + length, 0) / all.length;
  const frequency = (stem: string) => all.filter((stems) => stems.includes(stem)).length;
  const scores = Array.from(documents, ([row, stems]): [number, number] => {
    const ofWords = query.map(({ terms }) =>
      Math.max(
        0,
        ...terms.map(({ stem, weight }) => {
          const count = Math.min(255, stems.filter((other) => other === stem).length);
          const n = weight < 1 ? Math.max(...terms.map((other) => frequency(other.stem))) : frequency(stem);
          const idf = Math.log(1 + (all.length - n + 0.5) / (n + 0.5));
          return (weight * idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * stems.length) / meanLength));
        }),
      ),
    );
    return [row, ofWords.reduce((sum, score) => sum + score, 0)];
  });
  return scores
    .filter(([row, score]) => score > 0 && (allowed === undefined || allowed[row] === 1))
    .map(([row, score]): [number, number] => [row, Math.floor(score * 1e6 + 0.5) / 1e6])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

const STEMS = 'abcdefgh'.split('');
const stemLists = fc.array(fc.constantFrom(...STEMS), { maxLength: 30 });
const queries = fc.uniqueArray(fc.uniqueArray(fc.constantFrom(...STEMS, 'z'), { minLength: 1, maxLength: 4 }).map((stems) => word(...stems)), { minLength: 1, maxLength: 4 });

describe('KeywordIndex', () => {
  it('finds what BM25 by its definition finds, after any additions and removals, and after saving and loading', () => {
    const steps = fc.array(fc.record({ stems: stemLists, gap: fc.nat(3), removes: fc.boolean() }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, queries, fc.nat(20), fc.option(fc.uint8Array({ minLength: 250, maxLength: 250, max: 1 })), (changes, query, limit, allowed) => {
        const index = new KeywordIndex();
        const documents = new Map<number, readonly string[]>();
        for (const { stems, gap, removes } of changes) {
          const row = index.nextRow + gap;
          index.add(row, stems);
          documents.set(row, stems);
          const [oldest] = documents;
          if (!removes || oldest === undefined) continue;
          index.remove(...oldest);
          documents.delete(oldest[0]);
        }
        const expected = bruteForce(documents, query, allowed ?? undefined);
        for (const searched of [index, KeywordIndex.load(Buffer.concat(index.save()))]) {
          const { rows, scores, total } = searched.search(query, { limit, allowed: allowed ?? undefined });
          expect(Array.from(rows, (row, i) => [row, scores[i]])).toEqual(expected.slice(0, limit));
          expect([total, searched.documents, searched.nextRow]).toEqual([expected.length, documents.size, index.nextRow]);
        }
      }),
      { seed: 5, numRuns: 400 },
    );
  });

  it('explains the scores it gives, in full', () => {
    const index = new KeywordIndex();
    for (let row = 0; row < 3000; row++) index.add(row, STEMS.slice(0, 1 + ((row * 7) % 8)).concat('a', 'h'));
    const query = [word('a'), word('z', 'c'), word('h', 'b')];
    const { rows, scores, total } = index.search(query, { limit: 5 });
    expect(total).toBe(3000);
    rows.forEach((row, i) => {
      const parts = index.explain(row, query);
      expect(parts.every(({ frequency }) => frequency > 0)).toBe(true);
      expect(parts.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(scores[i] ?? NaN, 5);
    });
    expect(index.explain(0, [word('z', 'y')])).toEqual([]);
    expect(index.explain(9999, query)).toEqual([]);
  });

  it('does not let a rare misspelling outdo the word itself', () => {
    const index = new KeywordIndex();
    for (let row = 0; row < 20; row++) index.add(row, ['color', 'x']);
    index.add(20, ['colour', 'x']);
    expect(index.search([word('color', 'colour')], { limit: 30 }).rows.at(-1)).toBe(20);
    expect(index.search([word('colorr', 'colour')], { limit: 30 }).rows).toEqual(Uint32Array.of(20));
  });

  it('counts 255 occurrences at most', () => {
    const index = new KeywordIndex();
    index.add(0, Array<string>(1000).fill('a'));
    expect(index.explain(0, [word('a')])[0]?.frequency).toBe(255);
  });

  it('finds stop words where a query has no others', () => {
    const index = new KeywordIndex();
    ['to be or not to be', 'the flow'].forEach((text, row) => index.add(row, analyze(text).map(({ stem }) => stem)));
    const rows = (text: string) => Array.from(index.search(keywordQuery(analyze(text)), { limit: 9 }).rows);
    expect([rows('to be'), rows('to the flow'), rows('')]).toEqual([[0], [1], []]);
  });

  it('refuses rows that do not ascend, and to remove what is not there', () => {
    const index = new KeywordIndex();
    index.add(3, ['a']);
    expect(() => index.add(3, ['b'])).toThrow(RangeError);
    for (const [row, stems] of [[2, ['a']], [3, ['a', 'b']], [3, ['b']], [4, []]] as const) expect(() => index.remove(row, stems)).toThrow(RangeError);
    index.remove(3, ['a']);
    expect(() => index.remove(3, ['a'])).toThrow(RangeError);
    expect([index.documents, index.meanLength, index.search([word('a')], { limit: 1 }).total]).toEqual([0, 0, 0]);
  });

  it('saves rows and frequencies in as few bytes as they need', () => {
    const index = new KeywordIndex();
    for (const row of [0, 127, 255, 400]) index.add(row, ['a']);
    index.add(401, Array<string>(200).fill('a'));
    index.add(401 + 0x3fff, ['a', 'b']);
    index.add(401 + 0x7fff, ['a']);
    index.remove(255, ['a']);
    const bytes = Buffer.concat(index.save());
    const postings = '06' + '0101' + '7f01' + '910201' + '01c801' + 'ff7f01' + '80800101' + '01' + '91830101';
    expect(bytes.subarray(0, 20).toString('latin1')).toBe('SLKEYS1\n\x09\0\0\0["a","b"]'.slice(0, 20));
    expect(bytes.toString('hex').endsWith(postings)).toBe(true);
    const loaded = KeywordIndex.load(bytes);
    expect(Buffer.concat(loaded.save())).toEqual(bytes);
    expect(loaded.explain(401, [word('a')])[0]?.frequency).toBe(200);
    expect(Array.from(loaded.search([word('a')], { limit: 9 }).rows).sort((a, b) => a - b)).toEqual([0, 127, 400, 401, 401 + 0x3fff, 401 + 0x7fff]);
  });

  it('refuses bytes that are cut off, go on, or hold what no index has', () => {
    const index = new KeywordIndex();
    for (let row = 0; row < 40; row++) index.add(row * 5, STEMS.slice(row % 8).concat(Array<string>(row * 10).fill('a')));
    index.remove(0, STEMS);
    const bytes = Buffer.concat(index.save());
    for (let length = 0; length < bytes.length; length++) expect(() => KeywordIndex.load(bytes.subarray(0, length))).toThrow(KeywordIndexError);
    expect(() => KeywordIndex.load(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(KeywordIndexError);
    const query = [word('a'), word('c')];
    for (let i = 0; i < 3000; i++) {
      const damaged = Buffer.from(bytes);
      const at = (i * 7919) % bytes.length;
      damaged[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
      try {
        KeywordIndex.load(damaged).search(query, { limit: 10 });
      } catch (error) {
        expect(error).toBeInstanceOf(KeywordIndexError);
      }
    }
  });
});
