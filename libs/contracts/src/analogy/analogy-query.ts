import { isString, ValidateBy } from 'class-validator';
import { say } from '../messages/message';
import { codePoints, isSymbol, LONGEST_SYMBOL, RULES } from '../rules';

/** What an analogy leaves open: the d of a : b :: c : d. */
export interface AnalogyQuestion {
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

const UNKNOWN = '?';
const IN_SYMBOLS = /^([^:]+):([^:]+)::([^:]+):([^:]+)$/;

/** The most characters of an analogy in one text: four words and what stands between them. */
export const LONGEST_QUERY = 4 * LONGEST_SYMBOL + 32;

/**
 * The question that an analogy in one text asks, `a:b::c:?` or `a is to b as c is to ?`, with the question mark in any one of the four places;
 * where another than the fourth is open, the words are put so that the fourth is. Undefined where the text is no such thing, or too long. Its time is
 * linear in the length of the text.
 */
export function parseAnalogyQuery(query: string): AnalogyQuestion | undefined {
  if (query.length > 2 * LONGEST_QUERY || codePoints(query) > LONGEST_QUERY) return undefined;
  const words = wordsInSymbols(query) ?? wordsInProse(query);
  const open = words?.indexOf(UNKNOWN) ?? -1;
  if (!words?.every(isSymbol) || open < 0 || words.indexOf(UNKNOWN, open + 1) >= 0) return undefined;
  const [a, b, c, d] = words;
  return [
    { a: d, b: c, c: b },
    { a: c, b: d, c: a },
    { a: b, b: a, c: d },
    { a, b, c },
  ][open];
}

type FourWords = readonly [a: string, b: string, c: string, d: string];

/** The words of `a:b::c:d`, without the white space around them. */
function wordsInSymbols(query: string): FourWords | undefined {
  const [, a, b, c, d] = IN_SYMBOLS.exec(query) ?? [];
  return a && b && c && d ? [a.trim(), b.trim(), c.trim(), d.trim()] : undefined;
}

/** The words of `a is to b as c is to d`, each of which may be several; each ends where it can first. */
function wordsInProse(query: string): FourWords | undefined {
  const tokens = query.trim().replace(/\?$/, ' ?').split(/\s+/);
  const lowered = tokens.map((token) => token.toLowerCase());
  const find = (from: number, ...sought: readonly string[]): number =>
    lowered.findIndex((_token, i) => i >= from && sought.every((word, offset) => lowered[i + offset] === word));
  const first = find(1, 'is', 'to');
  const middle = find(first + 3, 'as');
  const second = find(middle + 2, 'is', 'to');
  if (first < 0 || middle < 0 || second < 0) return undefined;
  const ends = [[0, first], [first + 2, middle], [middle + 1, second], [second + 2, tokens.length]] as const;
  const [a = '', b = '', c = '', d = ''] = ends.map(([from, end]) => tokens.slice(from, end).join(' '));
  return [a, b, c, d];
}

/** An analogy in one text with one open place, see {@link parseAnalogyQuery}. */
export function IsAnalogyQuery(): PropertyDecorator {
  return ValidateBy({
    name: RULES.analogyQuery,
    validator: {
      validate: (value) => isString(value) && parseAnalogyQuery(value) !== undefined,
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'query'} must be an analogy with one open place, such as "king:queen::man:?" or "king is to queen as man is to ?"`.text,
    },
  });
}
