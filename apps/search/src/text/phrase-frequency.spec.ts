import fc from 'fast-check';
import { phraseFrequency } from './phrase-frequency';

describe('the frequency of a phrase', () => {
  it('counts where it begins, overlapping or not', () => {
    const words = fc.array(fc.constantFrom('a', 'b'), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }), words, (phrase, text) => {
        const begins = text.filter((_word, at) => phrase.every((word, i) => text[at + i] === word));
        expect(phraseFrequency(phrase, text)).toBe(begins.length);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('is 0 for no words, and takes time in proportion to both', () => {
    expect(phraseFrequency([], ['a'])).toBe(0);
    expect(phraseFrequency(Array.from({ length: 500_000 }, () => 'a'), Array.from({ length: 1_000_000 }, () => 'a'))).toBe(500_001);
  });
});
