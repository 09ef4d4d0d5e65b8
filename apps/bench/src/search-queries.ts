import type { SearchMode } from '@sigmalang/contracts';
import type { RealTextDocument } from '@sigmalang/search/real-text-documents';
import { seededNumbers } from './seeded-numbers';

const VOWELS = 'aeiou';

/** Words of a text, folded in case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

/**
 * Queries of a mode, made of the words of documents: runs of 8 words for semantic and hybrid, 4 words picked for keyword, runs of 3 for exact,
 * and 2 words of 5 letters and more, one of them with a letter changed, for fuzzy.
 */
export function queriesFor(mode: SearchMode, documents: readonly RealTextDocument[], count: number): string[] {
  const random = seededNumbers(mode.length * 7_919 + mode.charCodeAt(0));
  const below = (limit: number): number => Math.min(limit - 1, Math.floor(random() * limit));
  const run = (words: readonly string[], length: number): string[] => {
    const start = below(Math.max(1, words.length - length));
    return words.slice(start, start + length);
  };
  const long = (words: readonly string[]): string[] => words.filter((word) => word.length >= 5);
  const pick = (words: readonly string[], length: number): string[] => Array.from({ length }, () => words[below(words.length)] ?? '');
  const make = (words: readonly string[]): string[] => {
    if (mode === 'exact') return run(words, 3);
    if (mode === 'keyword') return pick(words, 4);
    if (mode !== 'fuzzy') return run(words, 8);
    const [one = '', other = ''] = pick(long(words), 2);
    return [withTypo(one, below), other];
  };
  const usable = documents.filter(({ text }) => long(wordsOf(text)).length >= 4);
  return Array.from({ length: count }, () => make(wordsOf(usable[below(usable.length)]?.text ?? '')).join(' '));
}

function withTypo(word: string, below: (limit: number) => number): string {
  const at = 1 + below(Math.max(1, word.length - 1));
  return `${word.slice(0, at)}${VOWELS[below(VOWELS.length)] ?? ''}${word.slice(at + 1)}`;
}
