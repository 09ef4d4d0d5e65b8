import { basesOf, formsOf, WORD_FORMS, type WordForm } from './word-forms';

/** A word that a change of form makes, and how regularly: 1 for the first spelling, less for another one of the rules. */
export interface ChangedWord {
  readonly word: string;
  readonly weight: number;
}

/** How one word is made of another. */
export interface FormChange {
  /** In words, such as `past tense` or `prefix un-`. */
  readonly name: string;
  /** Words that the same change makes of another word; only listed ones. */
  readonly apply: (word: string) => ChangedWord[];
}

/** Whether a word is listed: only words that exist are made. */
export type IsListed = (word: string) => boolean;

/** Weight of a spelling that the rules give beside the first one. */
const OTHER_SPELLING = 0.7;
/** Weight of another prefix than the one that was shown, where that makes a word too. */
const OTHER_PREFIX = 0.5;
const SHORTEST_STEM = 3;

/** Prefixes that turn a word into its opposite, and others, each alone in its family. */
const PREFIX_FAMILIES: readonly (readonly string[])[] = [
  ['un', 'in', 'im', 'il', 'ir', 'dis', 'non'],
  ...'re over under pre mis out anti sub super inter up fore'.split(' ').map((prefix) => [prefix]),
];

/** Where the prefix in- takes another form. */
const ASSIMILATED: readonly (readonly [prefix: string, before: RegExp])[] = [
  ['im', /^[bmp]/],
  ['il', /^l/],
  ['ir', /^r/],
  ['in', /^[^bmplr]/],
];

/** Every change of form that leads from one word to another, surest first; none where the two share no form. */
export function formChanges(a: string, b: string, isListed: IsListed): FormChange[] {
  if (a === b) return [];
  const changes = [...inflections(a, b, isListed), ...prefixChanges(a, b, isListed)];
  return changes.length > 0 ? changes : literalChange(a, b, isListed);
}

function listed(words: readonly string[], isListed: IsListed, not: string): ChangedWord[] {
  const known = words.filter((word) => word !== not && isListed(word));
  return known.map((word, i) => ({ word, weight: i === 0 && word === words[0] ? 1 : OTHER_SPELLING }));
}

function inflections(a: string, b: string, isListed: IsListed): FormChange[] {
  const changes: FormChange[] = [];
  for (const to of WORD_FORMS) {
    if (formsOf(to, a).includes(b)) changes.push({ name: to.name, apply: (word) => listed(formsOf(to, word), isListed, word) });
    if (formsOf(to, b).includes(a)) changes.push({ name: `base of ${to.name}`, apply: (word) => listed(basesOf(to, word), isListed, word) });
  }
  for (const from of WORD_FORMS) {
    for (const base of basesOf(from, a).filter(isListed)) {
      for (const to of WORD_FORMS) {
        if (to === from || !formsOf(to, base).includes(b)) continue;
        changes.push({ name: `${from.name} to ${to.name}`, apply: (word) => throughBase(from, to, word, isListed) });
      }
    }
  }
  return changes;
}

function throughBase(from: WordForm, to: WordForm, word: string, isListed: IsListed): ChangedWord[] {
  return basesOf(from, word)
    .filter(isListed)
    .flatMap((base, i) => listed(formsOf(to, base), isListed, word).map((made) => ({ ...made, weight: made.weight * (i === 0 ? 1 : OTHER_SPELLING) })));
}

function prefixChanges(a: string, b: string, isListed: IsListed): FormChange[] {
  return PREFIX_FAMILIES.flatMap((family): FormChange[] => {
    const added = family.find((prefix) => b === prefix + a);
    const removed = family.find((prefix) => a === prefix + b);
    if (added !== undefined && a.length >= SHORTEST_STEM) return [{ name: `prefix ${added}-`, apply: (word) => prefixed(family, added, word, isListed) }];
    if (removed === undefined || b.length < SHORTEST_STEM) return [];
    return [{ name: `without prefix ${removed}-`, apply: (word) => unprefixed(family, removed, word, isListed) }];
  });
}

function prefixed(family: readonly string[], shown: string, word: string, isListed: IsListed): ChangedWord[] {
  const fits = (prefix: string): boolean => ASSIMILATED.find(([form]) => form === prefix)?.[1].test(word) ?? true;
  const isAssimilated = (prefix: string): boolean => ASSIMILATED.some(([form]) => form === prefix);
  const isShown = (prefix: string): boolean => prefix === shown || (isAssimilated(prefix) && isAssimilated(shown));
  const possible = family.filter((prefix) => fits(prefix) && isListed(prefix + word));
  const other = possible.some(isShown) ? OTHER_PREFIX : 1;
  return possible.map((prefix) => ({ word: prefix + word, weight: isShown(prefix) ? 1 : other }));
}

function unprefixed(family: readonly string[], shown: string, word: string, isListed: IsListed): ChangedWord[] {
  return family
    .filter((prefix) => word.startsWith(prefix) && word.length - prefix.length >= SHORTEST_STEM && isListed(word.slice(prefix.length)))
    .map((prefix) => ({ word: word.slice(prefix.length), weight: prefix === shown ? 1 : OTHER_PREFIX }));
}

/** Another ending on the same beginning of three letters or more, where no rule explains it. */
function literalChange(a: string, b: string, isListed: IsListed): FormChange[] {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a[shared] === b[shared]) shared++;
  const [from, to] = [a.slice(shared), b.slice(shared)];
  if (shared < SHORTEST_STEM || from.length > 4 || to.length > 4) return [];
  const apply = (word: string): ChangedWord[] => {
    if (!word.endsWith(from) || word.length - from.length < SHORTEST_STEM) return [];
    const made = word.slice(0, word.length - from.length) + to;
    return isListed(made) ? [{ word: made, weight: 1 }] : [];
  };
  return [{ name: `-${from} to -${to}`, apply }];
}
