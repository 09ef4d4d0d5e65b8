import { analyze, stemsOf, wordsOf } from '../text/text-analyzer';
import { highlightPhrase, highlightTerms } from './highlights';

const terms = (text: string, query: string) => highlightTerms(text, new Set(stemsOf(analyze(query))));
const phrase = (text: string, query: string) => highlightPhrase(text, wordsOf(analyze(query)));

describe('highlights', () => {
  it('are the words with a stem of the query, in characters', () => {
    expect(terms('😀 Flows, flowing: a FLOW’s end', 'flow')).toEqual([
      { start: 2, end: 7, text: 'Flows' },
      { start: 9, end: 16, text: 'flowing' },
      { start: 20, end: 24, text: 'FLOW' },
    ]);
  });

  it.each([
    ['東京タワーと京都', '東京', ['東京', '京']],
    ["I don't", "don't", ["don't"]],
    ['nothing here', 'flow', []],
  ])('join what touches: %p for %p', (text, query, expected) => {
    expect(terms(text, query).map((part) => part.text)).toEqual(expected);
  });

  it.each([
    ['The boundary-layer, a Boundary  Layer; boundary', 'boundary layer', ['boundary-layer', 'Boundary  Layer']],
    ['a b a b a c a b a c', 'a b a c', ['a b a c', 'a b a c']],
    ['a a a a a', 'a a', ['a a', 'a a']],
    ['東京都と東京', '東京', ['東京', '東京']],
    ["they don’t know", "Don't KNOW", ['don’t know']],
    ['flows', 'flow', []],
    ['anything', '', []],
  ])('of a phrase are the words one after another: in %p for %p', (text, query, expected) => {
    expect(phrase(text, query).map((part) => part.text)).toEqual(expected);
  });

  it('are 64 at most, and no phrase takes long', () => {
    const text = 'a '.repeat(100_000);
    expect(terms(text, 'a')).toHaveLength(64);
    expect(phrase(text, `${'a '.repeat(5_000)}b`)).toEqual([]);
  });
});
