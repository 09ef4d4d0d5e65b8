import { isStopWord } from '../text/stop-words';
import type { Token } from '../text/text-analyzer';
import type { QueryWord } from './bm25';
import type { Spellings } from './spellings';

/** Different words of a query that are looked up at most; those behind count no more. */
const MOST_WORDS = 256;

/** The tokens of a query that say what it is about: those that are no stop words, or all where there are no others. */
export function contentTokens(tokens: readonly Token[]): readonly Token[] {
  const content = tokens.filter(({ word }) => !isStopWord(word));
  return content.length > 0 ? content : tokens;
}

/** What an analysed query looks for by stems, each once, 256 at most. */
export function keywordQuery(tokens: readonly Token[]): QueryWord[] {
  const stems = new Set(contentTokens(tokens).map(({ stem }) => stem));
  return Array.from(stems)
    .slice(0, MOST_WORDS)
    .map((stem) => ({ terms: [{ stem, weight: 1 }] }));
}

/** What an analysed query looks for with typos in it: each word stands also for the words of the collection that are spelt alike. */
export function fuzzyQuery(tokens: readonly Token[], spellings: Spellings): QueryWord[] {
  const words = new Map(contentTokens(tokens).map(({ word, stem }) => [word === '' ? stem : word, { word, stem }]));
  return Array.from(words.values())
    .slice(0, MOST_WORDS)
    .map(({ word, stem }) => ({ terms: word === '' ? [{ stem, weight: 1 }] : spellings.similar(word) }));
}
