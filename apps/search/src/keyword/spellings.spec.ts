import { wholeEditDistance } from '@sigmalang/lexicon';
import fc from 'fast-check';
import { analyze, stemOf } from '../text/text-analyzer';
import { KeywordIndexError } from './keyword-index-error';
import { fuzzyQuery } from './keyword-query';
import { compareSpellings, Spellings } from './spellings';

const characters = (word: string) => Array.from(word, (character) => character.codePointAt(0) ?? 0);

/** Stem → weight by the definition, for a few words. */
function bruteForce(word: string, words: Iterable<string>): Map<string, number> {
  const weights = new Map([[stemOf(word), 1]]);
  for (const other of new Set(words)) {
    const [a, b] = [characters(word), characters(other)];
    const distance = wholeEditDistance(a, b);
    const longest = Math.max(a.length, b.length);
    if (b.length < 3 || distance === 0 || distance > (longest >= 8 ? 2 : 1) || !/\p{L}/u.test(word) || !/\p{L}/u.test(other)) continue;
    weights.set(stemOf(other), Math.max(weights.get(stemOf(other)) ?? 0, 1 - distance / longest));
  }
  return weights;
}

const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '𐐨', '1'), minLength: 1, maxLength: 10 });

describe('Spellings', () => {
  it('finds the words that the distance by its definition finds, after any additions and removals, and after saving and loading', () => {
    fc.assert(
      fc.property(fc.array(fc.array(words, { maxLength: 6 }), { maxLength: 8 }), fc.array(words, { maxLength: 10 }), words, (documents, removed, word) => {
        const spellings = new Spellings();
        for (const document of documents) spellings.add(document);
        spellings.add(removed);
        spellings.remove(removed);
        const expected = bruteForce(word, documents.flat());
        for (const searched of [spellings, Spellings.load(spellings.save())]) {
          expect(new Map(searched.similar(word).map(({ stem, weight }) => [stem, weight]))).toEqual(expected);
        }
      }),
      { seed: 3, numRuns: 1500 },
    );
  });

  it.each([
    ['recieve', 'receive', 1],
    ['flw', 'flow', 1],
    ['flowe', 'flow', 1],
    ['aerodinamcs', 'aerodynamics', 2],
    ['flwo', 'flow', 1],
    ['cat', 'dog', undefined],
    ['glow', 'blew', undefined],
    ['same', 'same', undefined],
  ])('says how far %s is from %s', (word, other, distance) => {
    expect(compareSpellings(word, other)?.distance).toBe(distance);
  });

  it('has the word itself first, then the nearest', () => {
    const spellings = new Spellings();
    spellings.add(['boundary', 'boundaries', 'foundry', 'of', '1999', 'bound']);
    expect(spellings.size).toBe(4);
    expect(spellings.similar('boundry').map(({ stem }) => stem)).toEqual(['boundri', 'boundari', 'foundri']);
    expect(spellings.similar('1998')).toEqual([{ stem: '1998', weight: 1 }]);
    expect(fuzzyQuery(analyze('the boundry'), spellings).map(({ terms }) => terms.length)).toEqual([3]);
  });

  it('stands for 64 words at most, the commonest', () => {
    const spellings = new Spellings();
    const alphabet = Array.from('abcdefghijklmnopqrstuvwxyz');
    const near = alphabet.flatMap((letter) => [`${letter}xx`, `z${letter}x`, `zz${letter}`, `zxx${letter}`]);
    for (const word of near) spellings.add([word]);
    spellings.add(['qxx']);
    const stems = spellings.similar('zxx').map(({ stem }) => stem);
    expect(stems.length).toBeLessThanOrEqual(65);
    expect(stems).toContain('qxx');
  });

  it.each(['', '{}', '[1]', '[["of",1]]', '[["flow",0]]', '[["flow",1],["flow",1]]', '[["flow"]]'])('refuses %p', (json) => {
    expect(() => Spellings.load(Buffer.from(json))).toThrow(KeywordIndexError);
  });
});
