import { DocumentFile } from './document-file';

const NONE = new Float32Array(2);

/** A file in memory that holds lists of words, by row. */
function fileOf(...documents: readonly (readonly string[])[]): DocumentFile {
  const file = DocumentFile.create(':memory:', 2);
  documents.forEach((words, row) => file.add({ row, id: `id ${row}`, seq: 1, text: words.join(' '), metadata: {} }, NONE, words));
  return file;
}

/** BM25 of a phrase as its definition has it. */
function bm25(phrase: readonly string[], documents: readonly (readonly string[])[]): [row: number, score: number][] {
  const frequency = (words: readonly string[]): number => words.filter((_word, at) => phrase.every((word, i) => words[at + i] === word)).length;
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
  const matching = documents.filter((words) => frequency(words) > 0).length;
  const idf = Math.log(1 + (documents.length - matching + 0.5) / (matching + 0.5));
  return documents.flatMap((words, row): [number, number][] => {
    const f = frequency(words);
    const score = (idf * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * words.length) / mean));
    return f > 0 ? [[row, Math.round(score * 1e6) / 1e6]] : [];
  });
}

function phrase(file: DocumentFile, words: readonly string[], documents: number): [row: number, score: number][] {
  const { rows, scores } = file.phrase(words, documents);
  return Array.from(rows, (row, i) => [row, scores[i] ?? NaN]);
}

describe('the file of an index', () => {
  const documents = [
    ['the', 'quick', 'brown', 'fox'],
    ['the', 'brown', 'quick', 'fox', 'the', 'quick'],
    ['quick'],
    ['the', 'the', 'the'],
    ['foxes', 'and', 'the', 'quick', 'brown', 'fox', 'brown', 'fox'],
  ];

  it.each([[['the']], [['quick', 'brown']], [['the', 'the']], [['brown', 'fox']], [['fox']], [['foxes']], [['quick', 'fox', 'none']]])('finds the phrase %j, scored by BM25', (words) => {
    const expected = bm25(words, documents);
    const found = phrase(fileOf(...documents), words, documents.length);
    expect(found.map(([row]) => row)).toEqual(expected.map(([row]) => row));
    found.forEach(([, score], i) => expect(score).toBeCloseTo(expected[i]?.[1] ?? NaN, 5));
  });

  it('finds a phrase of any length, scored by BM25', () => {
    const long = Array.from({ length: 100 }, (_word, i) => `w${i % 7}`);
    const texts = [long, [...long, 'x', ...long], long.slice(0, 99), [...long.slice(0, 50), 'x', ...long.slice(50)], ['x', ...long, 'w2'], ['w0'], long.slice(7)];
    for (const words of [long, long.slice(0, 32), long.slice(0, 33), long.slice(0, 60)]) {
      const [expected, found] = [bm25(words, texts), phrase(fileOf(...texts), words, texts.length)];
      expect(found.map(([row]) => row)).toEqual(expected.map(([row]) => row));
      found.forEach(([, score], i) => expect(score).toBeCloseTo(expected[i]?.[1] ?? NaN, 5));
    }
  });

  it('takes no long time for a phrase that is longer than any document', () => {
    const file = fileOf(...Array.from({ length: 2_000 }, () => ['the']));
    expect(phrase(file, Array.from({ length: 50_000 }, () => 'the'), 2_000)).toEqual([]);
  });

  it('scores by the documents that are there, not by those that were', () => {
    const file = fileOf(...documents, ['the', 'quick', 'again'], ['and', 'again']);
    file.remove(5, ['the', 'quick', 'again']);
    file.remove(6, ['and', 'again']);
    expect(phrase(file, ['the', 'quick'], 5)).toEqual(phrase(fileOf(...documents), ['the', 'quick'], 5));
    expect(phrase(file, ['again'], 5)).toEqual([]);
  });

  it.each(Array.from({ length: 94 }, (_character, i) => String.fromCharCode(33 + i)).filter((character) => !/[A-Za-z0-9]/.test(character)))('takes %s as a part of a word, and never as syntax', (character) => {
    const word = `a${character}b`;
    const file = fileOf([word, 'x'], ['a', 'b', 'x'], [character], ['a']);
    expect(phrase(file, [word], 4).map(([row]) => row)).toEqual([0]);
    expect(phrase(file, [character], 4).map(([row]) => row)).toEqual([2]);
    expect(phrase(file, [word, 'x'], 4).map(([row]) => row)).toEqual([0]);
  });

  it.each([['or'], ['and'], ['not'], ['near'], ['naïve'], ['ёж'], ['東京'], ['𝔘𝔫𝔦'], ["don't"], ['💡']])('finds the word %s as it is', (word) => {
    const file = fileOf(['x', word, 'y'], ['x', 'y'], [`${word}${word}`]);
    expect(phrase(file, [word], 3).map(([row]) => row)).toEqual([0]);
    expect(phrase(file, ['x', word, 'y'], 3).map(([row]) => row)).toEqual([0]);
  });

  it('does what a transaction does as a whole, or not at all', () => {
    const file = fileOf(['one']);
    const fails = (): void => {
      file.transaction(() => {
        file.remove(0, ['one']);
        file.advance(9, 9);
        throw new Error('in the middle');
      });
    };
    expect(fails).toThrow('in the middle');
    expect(file.state).toEqual({ seq: 0, rows: 0, dimensions: 2 });
    expect(file.find('id 0')).toEqual({ row: 0, seq: 1, text: 'one' });
    expect(phrase(file, ['one'], 1)).toHaveLength(1);
  });

  it('gives documents and embeddings as they were put there', () => {
    const file = DocumentFile.create(':memory:', 3);
    const metadata = { a: { b: [1, 'x', null, true] }, __proto__x: -1.5e300 };
    const shifted = new Float32Array([9, 0.1, -2, 3.5e-20]).subarray(1);
    file.add({ row: 4, id: "'; DROP TABLE documents; --", seq: 7, text: 'Täxt "x"', metadata }, shifted, []);
    expect(file.document(4)).toEqual({ row: 4, id: "'; DROP TABLE documents; --", seq: 7, text: 'Täxt "x"', metadata });
    expect(file.metadata(4)).toEqual(metadata);
    expect(file.embedding(4)).toEqual(shifted.slice());
    expect(file.embeddingsAfter(-1, 5)).toEqual([{ row: 4, embedding: shifted.slice() }]);
    expect(file.embeddingsAfter(4, 5)).toEqual([]);
    expect(() => file.document(3)).toThrow(RangeError);
    expect(() => file.embedding(3)).toThrow(RangeError);
  });
});
