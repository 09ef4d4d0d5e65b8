import type { Highlight } from '@sigmalang/contracts';
import { fallbacksOf } from '../text/phrase-frequency';
import { tokenize } from '../text/text-analyzer';

/** Most parts of a text that are told. */
export const MOST_HIGHLIGHTS = 64;

/** Part of a text, in UTF-16 code units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where words with one of the stems are in a text, in order, at most 64, in linear time; what touches is one part. */
export function highlightTerms(text: string, stems: ReadonlySet<string>): Highlight[] {
  return stems.size === 0 ? [] : toHighlights(text, joined(termSpans(text, stems)));
}

/** Where words (as `analyze` gives them) follow one another in a text, in order, at most 64, none within another, in linear time. */
export function highlightPhrase(text: string, words: readonly string[]): Highlight[] {
  return words.length === 0 ? [] : toHighlights(text, phraseSpans(text, words));
}

function* termSpans(text: string, stems: ReadonlySet<string>): Generator<Span, void> {
  for (const token of tokenize(text)) if (stems.has(token.stem)) yield token;
}

/** By Knuth, Morris and Pratt (1977). */
function* phraseSpans(text: string, words: readonly string[]): Generator<Span, void> {
  const fallbacks = fallbacksOf(words);
  const starts: number[] = []; // of the last words, as many as the phrase has
  let matched = 0;
  let index = 0;
  for (const { word, start, end } of tokenize(text)) {
    if (word === '') continue;
    starts[index % words.length] = start;
    index++;
    while (matched > 0 && words[matched] !== word) matched = fallbacks[matched - 1] ?? 0;
    if (words[matched] === word) matched++;
    if (matched < words.length) continue;
    yield { start: starts[index % words.length] ?? start, end };
    matched = 0;
  }
}

function* joined(spans: Iterable<Span>): Generator<Span, void> {
  let last: Span | undefined;
  for (const span of spans) {
    if (last !== undefined && span.start <= last.end) last = { start: last.start, end: Math.max(last.end, span.end) };
    else {
      if (last !== undefined) yield last;
      last = span;
    }
  }
  if (last !== undefined) yield last;
}

function toHighlights(text: string, spans: Iterable<Span>): Highlight[] {
  const highlights: Highlight[] = [];
  let [position, characters] = [0, 0];
  const charactersTo = (target: number): number => {
    for (; position < target; characters++) position += (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
    return characters;
  };
  for (const { start, end } of spans) {
    highlights.push({ start: charactersTo(start), end: charactersTo(end), text: text.slice(start, end) });
    if (highlights.length === MOST_HIGHLIGHTS) break;
  }
  return highlights;
}
