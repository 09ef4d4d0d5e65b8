import { compoundNumber, NEGATED_VERBS, NUMBER_WORDS } from './english-words';

/** A word in lower case without accents (or one character or pair of a script without spaces, or one pictograph), or a number. */
export type TextToken = { readonly kind: 'word'; readonly text: string } | { readonly kind: 'number'; readonly digits: string };

/** Scripts written without spaces between words. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]`;
const LETTER = String.raw`(?!${UNSPACED})[\p{L}\p{M}]`;
const WORD = String.raw`(?:${LETTER})(?:(?!${UNSPACED})[\p{L}\p{M}\p{N}])*`;
const PATTERN = new RegExp(
  [
    String.raw`(?<acronym>[a-z](?:\.[a-z])+(?![\p{L}\p{N}]))`,
    String.raw`(?<number>\d+(?:[.,]\d+)*)(?<unit>(?:${LETTER})*)`,
    String.raw`(?<word>${WORD}(?:[-']${WORD})*)`,
    String.raw`(?<unspaced>${UNSPACED}+)`,
    String.raw`(?<symbol>\p{Extended_Pictographic}|\p{N})`,
  ].join('|'),
  'gu',
);

/** Letters that are no base letter plus accent in Unicode. */
const FOLDED: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', '’': "'", '‘': "'", '‐': '-', '‑': '-' };

/** A form of equal texts that is equal: compatibility forms and case folded, accents of letters dropped. */
export function foldText(text: string): string {
  const named = /\p{Ll}/u.test(text) ? text.replace(/\bUS\b/g, 'USA') : text; // the pronoun, once in lower case
  return named
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßæœøłđðþı’‘‐‑]/g, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFKC');
}

/**
 * The tokens of a text in reading order, in linear time. Possessives and contractions are resolved (`isn't` is `is`, `not`), hyphenated words
 * that are not `isKnown` or consist of known words are split, number words are numbers (`twenty-five` is 25).
 */
export function* tokenize(text: string, isKnown: (word: string) => boolean): Generator<TextToken, void> {
  for (const { groups } of foldText(text).matchAll(PATTERN)) {
    if (groups?.['word'] !== undefined) yield* wordTokens(groups['word'], isKnown);
    else if (groups?.['number'] !== undefined) yield* numberTokens(groups['number'], groups['unit'] ?? '');
    else if (groups?.['acronym'] !== undefined) yield word(acronym(groups['acronym']));
    else if (groups?.['unspaced'] !== undefined) yield* unspacedTokens(groups['unspaced']);
    else if (groups?.['symbol'] !== undefined) yield word(groups['symbol']);
  }
}

const word = (text: string): TextToken => {
  const value = NUMBER_WORDS.get(text);
  return value === undefined ? { kind: 'word', text } : { kind: 'number', digits: String(value) };
};

function acronym(dotted: string): string {
  const letters = dotted.replaceAll('.', '');
  return letters === 'us' ? 'usa' : letters;
}

function wordTokens(text: string, isKnown: (word: string) => boolean): TextToken[] {
  if (text === 'cannot') return [word('can'), word('not')];
  if (!/[-']/.test(text)) return [word(text)];
  const negated = /^([a-z]+)n't$/.exec(text)?.[1];
  if (negated !== undefined) return [word(NEGATED_VERBS.get(negated) ?? negated), word('not')];
  const bare = text.replace(/'(?:s|re|ve|ll|d|m)$/, '');
  const value = compoundNumber(bare);
  if (value !== undefined) return [{ kind: 'number', digits: String(value) }];
  const parts = bare.split(/[-']/);
  const whole = isKnown(bare) && !parts.every((part) => part.length > 2 && isKnown(part));
  return whole ? [word(bare)] : parts.map(word);
}

function numberTokens(text: string, unit: string): TextToken[] {
  const number = (digits: string): TextToken => ({ kind: 'number', digits });
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text);
  const plain = /^\d+(?:\.\d+)?$/.test(text);
  const numbers = grouped || plain ? [text.replaceAll(',', '')] : text.split(/[.,]/);
  if (unit === '' || /^(?:s|st|nd|rd|th)$/.test(unit)) return numbers.map(number);
  const last = numbers.pop() ?? '';
  return [...numbers.map(number), word(last + unit)];
}

/** Each character, and each pair of neighbours, which is how long most words of these scripts are. */
function* unspacedTokens(text: string): Generator<TextToken, void> {
  let previous = '';
  for (const character of text) {
    if (previous !== '') yield word(previous + character);
    yield word(character);
    previous = character;
  }
}
