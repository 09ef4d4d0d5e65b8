/** A pair of words that stand in a relation. */
export type WordPair = readonly [a: string, b: string];

/** A relation between words that is known by name and by examples. */
export interface KnownRelation {
  /** Name in replies, kebab-case: what b is to a, such as `capital-of-country`. */
  readonly name: string;
  /** Name of the same relation seen from b to a; a symmetric relation has one name for both. */
  readonly inverse: string;
  /** A sentence of it, with {a} and {b}, such as `{b} is the capital of {a}`. */
  readonly sentence: string;
  /** Which kind of knowledge it is. */
  readonly kind: 'world' | 'meaning' | 'inflection' | 'derivation';
  /** 12 to 20 example pairs [a, b], lower case, single words. */
  readonly pairs: readonly WordPair[];
}

/** The pairs of a text such as `france paris, japan tokyo`. */
export const pairsOf = (text: string): readonly WordPair[] =>
  text.split(',').map((pair) => {
    const [a, b, ...more] = pair.trim().split(/\s+/);
    if (a === undefined || b === undefined || more.length > 0) throw new Error(`not a pair of words: ${pair.trim()}`);
    return [a, b];
  });
