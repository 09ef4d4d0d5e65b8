import { isString, ValidateBy } from 'class-validator';
import { LONGEST_SYMBOL, RULES } from '../rules';

/** What an analogy leaves open: the d of a : b :: c : d. */
export interface AnalogyQuestion {
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

const UNKNOWN = '?';
const IN_SYMBOLS = /^([^:]+):([^:]+)::([^:]+):([^:]+)$/;
const IN_WORDS = /^(.+?)\s+is\s+to\s+(.+?)\s+as\s+(.+?)\s+is\s+to\s+(.+)$/i;

/** The most characters of an analogy in one text: four words and what stands between them. */
export const LONGEST_QUERY = 4 * LONGEST_SYMBOL + 32;

/**
 * The question that an analogy in one text asks, `a:b::c:?` or `a is to b as c is to ?`, with the question mark in any one of the four places;
 * where another than the fourth is open, the words are put so that the fourth is. Undefined where the text is no such thing.
 */
export function parseAnalogyQuery(query: string): AnalogyQuestion | undefined {
  if (query.length > LONGEST_QUERY) return undefined;
  const match = IN_SYMBOLS.exec(query) ?? IN_WORDS.exec(query);
  const [a = '', b = '', c = '', d = ''] = match?.slice(1).map((word) => word.trim()) ?? [];
  const words = [a, b, c, d];
  const open = words.indexOf(UNKNOWN);
  if (words.includes('') || open < 0 || words.indexOf(UNKNOWN, open + 1) >= 0) return undefined;
  return [
    { a: d, b: c, c: b },
    { a: c, b: d, c: a },
    { a: b, b: a, c: d },
    { a, b, c },
  ][open];
}

/** An analogy in one text with one open place, see {@link parseAnalogyQuery}. */
export function IsAnalogyQuery(): PropertyDecorator {
  return ValidateBy({
    name: RULES.analogyQuery,
    validator: {
      validate: (value) => isString(value) && value.isWellFormed() && parseAnalogyQuery(value) !== undefined,
      defaultMessage: (fault) =>
        `${fault?.property ?? 'query'} must be an analogy with one open place, such as "king:queen::man:?" or "king is to queen as man is to ?"`,
    },
  });
}
