import { englishStem } from './english-stem';

/** Longest word in UTF-16 code units; what is beyond is looked at no more. */
const LONGEST_WORD = 64;

/** How many stems are remembered, since the same words come again and again. */
const REMEMBERED_STEMS = 50_000;

/** A word of a text. */
export interface Token {
  /**
   * The word in lower case without accents: letters, marks of letters, digits and pictographs only, at most 64 UTF-16 code units. Empty for a
   * pair of neighbours in a script without spaces, which is a term but no further word of the text.
   */
  readonly word: string;
  /** What inflected forms of the word have in common, never empty; for a pair, both characters. */
  readonly stem: string;
  /** Where it begins in the text, in UTF-16 code units. */
  readonly start: number;
  /** Where it ends, the first code unit behind it. */
  readonly end: number;
}

/** Scripts written without spaces between words. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ーｰ\uff9e\uff9f]`;
const CHARACTER = String.raw`(?!${UNSPACED})[\p{L}\p{M}\p{N}]`;
/** The first group is an acronym, the second a run of an unspaced script; groups with names would be made an object of for each word. */
const PATTERN = new RegExp(
  [
    String.raw`((?<![.\p{L}\p{M}\p{N}])[A-Za-z](?:\.[A-Za-z])+(?![\p{L}\p{M}\p{N}]))`,
    String.raw`(?:\d{1,3}(?:,\d{3})+(?![\p{L}\p{M}\p{N}]))`,
    String.raw`(?:(?:${CHARACTER})+(?:['’‘](?:re|ve|ll|[sdmt])(?![\p{L}\p{M}\p{N}]))?)`,
    String.raw`((?:${UNSPACED})[\p{M}${UNSPACED.slice(1)}*)`,
    String.raw`(?:\p{Extended_Pictographic})`,
  ].join('|'),
  'giu',
);

/** Letters that are no base letter and accent in Unicode, and forms of one letter. */
const FOLDED: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i', ς: 'σ' };

const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g;

/** Written as one character, which would become two numbers. */
const FRACTIONS = /[\u00bc-\u00be\u2150-\u215f\u2189]/g;

const stems = new Map<string, string>();

/** How many single characters are remembered with what they are folded to: those of scripts without spaces are words, and many. */
const REMEMBERED_CHARACTERS = 20_000;

const characters = new Map<string, string>();

/**
 * The words of a text in reading order, in linear time: runs of letters and digits, folded in case and accents. A hyphen parts words, an
 * apostrophe too (`don't` is do, nt; `Alice's` is alice, s); letters with full stops between are one word (`N.A.C.A.` is naca), and so are
 * grouped digits (`1,000`). Of a script without spaces each character is a word, and each pair of neighbours a term besides. The tokens ascend by their starts.
 */
export function analyze(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(PATTERN)) for (const each of tokensOf(match)) tokens.push(each);
  return tokens;
}

/** {@link analyze}, one token at a time. */
export function* tokenize(text: string): Generator<Token, void> {
  for (const match of text.matchAll(PATTERN)) yield* tokensOf(match);
}

function tokensOf({ 0: raw, 1: acronym, 2: unspaced, index }: RegExpExecArray): Iterable<Token> {
  if (unspaced !== undefined) return unspacedTokens(raw, index);
  if (acronym !== undefined) return [token(fold(raw.replaceAll('.', '')), index, index + raw.length)];
  return wordTokens(raw, index);
}

/** The words of tokens, one after another as they are in the text: what phrases are looked for in. */
export function wordsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap(({ word }) => (word === '' ? [] : [word]));
}

/** The stems of tokens: the terms that a document is found by. */
export function stemsOf(tokens: readonly Token[]): string[] {
  return tokens.map(({ stem }) => stem);
}

function wordTokens(raw: string, start: number): Token[] {
  const end = start + raw.length;
  const apostrophe = raw.search(/['’‘]/);
  if (apostrophe < 0) {
    const word = fold(raw);
    return word === '' ? [] : [token(word, start, end)];
  }
  const isNegation = apostrophe > 1 && /^[nN].[tT]$/.test(raw.slice(apostrophe - 1));
  const cut = apostrophe - (isNegation ? 1 : 0);
  const word = fold(raw.slice(0, cut));
  const suffix = isNegation ? token('nt', start + cut, end) : token(fold(raw.slice(apostrophe + 1)), start + apostrophe + 1, end);
  return word === '' ? [suffix] : [token(word, start, start + cut), suffix];
}

function token(word: string, start: number, end: number): Token {
  return { word, stem: stemOf(word), start, end };
}

/** Each character with its marks, and each pair of neighbours, which is how long most words of these scripts are. */
function* unspacedTokens(raw: string, offset: number): Generator<Token, void> {
  let previous: Token | undefined;
  for (const { 0: character, index } of raw.matchAll(/[\s\S][\p{M}\uff9e\uff9f]*/gu)) {
    const start = offset + index;
    const word = fold(character);
    if (word === '') continue;
    const single = { word, stem: word, start, end: start + character.length };
    if (previous !== undefined) yield { word: '', stem: previous.word + word, start: previous.start, end: single.end };
    yield single;
    previous = single;
  }
}

/** Equal for words that differ in case, accents or compatibility forms only, with nothing but letters, marks, digits and pictographs. */
function fold(raw: string): string {
  const bounded = raw.length > LONGEST_WORD ? raw.slice(0, LONGEST_WORD) : raw;
  if (/^[A-Za-z0-9]*$/.test(bounded)) return bounded.toLowerCase();
  if (bounded.length > 2) return foldAny(bounded);
  const known = characters.get(bounded);
  if (known !== undefined) return known;
  if (characters.size >= REMEMBERED_CHARACTERS) characters.clear();
  const folded = foldAny(bounded);
  characters.set(bounded, folded);
  return folded;
}

function foldAny(bounded: string): string {
  const folded = bounded
    .toWellFormed()
    .replace(FRACTIONS, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(ACCENTS, '')
    .replace(/[ßæœøłđðþıς]/g, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}]/gu, '');
  return folded.length > LONGEST_WORD ? folded.slice(0, LONGEST_WORD).replace(/[\ud800-\udbff]$/, '') : folded;
}

/** What inflected forms of a word (as {@link analyze} gives it) have in common. */
export function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= REMEMBERED_STEMS) stems.clear();
  const stem = englishStem(word);
  stems.set(word, stem);
  return stem;
}
