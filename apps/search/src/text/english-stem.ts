/** Vowels of the algorithm; a `y` that is a consonant is written `Y` while it runs. */
const VOWEL = /[aeiouy]/;

/** Beginnings after which the first region begins whatever follows, so that `general` and `generate` keep their ends apart. */
const LONG_PREFIX = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/;

/** Words with a stem of their own. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
]);

/** Words that are complete once their plural is gone. */
const COMPLETE: ReadonlySet<string> = new Set(
  'inning outing canning herring earring evening proceed exceed succeed'.split(' '),
);

const SECOND_STEP: readonly (readonly [string, string])[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['ogist', 'og'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
];

const THIRD_STEP: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ative', ''],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];

const FOURTH_STEP = ['ement', 'ance', 'ence', 'able', 'ible', 'ment', 'ant', 'ent', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize', 'ion', 'al', 'er', 'ic'];

/**
 * The stem of an English word of the letters a to z by the Snowball English stemmer ("Porter2", https://snowballstem.org/algorithms/english/stemmer.html);
 * it is not always a word. Words of one or two letters and those with other characters come back as they are.
 */
export function englishStem(word: string): string {
  if (word.length <= 2 || !/^[a-z]+$/.test(word)) return word;
  const exception = EXCEPTIONS.get(word);
  if (exception !== undefined) return exception;
  const marked = word.replace(/^y|(?<=[aeiouy])y/g, 'Y').replace(/(?<=Y)Y/g, 'y');
  const [first, second] = regions(marked);
  const singular = withoutPlural(marked);
  if (COMPLETE.has(singular)) return singular;
  const base = withFinalI(withoutParticiple(singular, first));
  return withoutFinalLetter(withoutDerivations(base, first, second), first, second).replaceAll('Y', 'y');
}

/** Where the regions R1 and R2 begin: behind the first consonant after a vowel, and the same again. */
function regions(word: string): [number, number] {
  const after = (start: number): number => {
    const rest = /[aeiouy][^aeiouy]/.exec(word.slice(start));
    return rest === null ? word.length : start + rest.index + 2;
  };
  const prefix = LONG_PREFIX.exec(word)?.[0].length;
  const first = prefix ?? after(0);
  return [first, after(first)];
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ies') || word.endsWith('ied')) return word.slice(0, word.length > 4 ? -2 : -1);
  if (!word.endsWith('s') || word.endsWith('us') || word.endsWith('ss')) return word;
  return VOWEL.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function withoutParticiple(word: string, first: number): string {
  const suffix = /(?:eedly|ingly|edly|eed|ing|ed)$/.exec(word)?.[0];
  if (suffix === undefined) return word;
  const base = word.slice(0, -suffix.length);
  if (suffix.startsWith('eed')) return base.length >= first && !/^(?:proc|exc|succ)$/.test(base) ? `${base}ee` : word;
  if (suffix === 'ing' && /^[^aeiouy]y$/.test(base)) return `${base.slice(0, -1)}ie`;
  if (!VOWEL.test(base)) return word;
  if (/(?:at|bl|iz)$/.test(base)) return `${base}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(base)) return /^[aeo](.)\1$/.test(base) ? base : base.slice(0, -1);
  return isShort(base, first) ? `${base}e` : base;
}

/** Whether a word ends in a short syllable and has nothing behind it. */
function isShort(word: string, first: number): boolean {
  return first >= word.length && endsInShortSyllable(word);
}

function endsInShortSyllable(word: string): boolean {
  return /(?:^[aeiouy][^aeiouy]|[^aeiouy][aeiouy][^aeiouywxY]|^past)$/.test(word);
}

function withFinalI(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word;
}

function withoutDerivations(word: string, first: number, second: number): string {
  return fourthStep(thirdStep(secondStep(word, first), first, second), second);
}

function secondStep(word: string, first: number): string {
  const found = SECOND_STEP.find(([suffix]) => word.endsWith(suffix));
  if (found === undefined) return word;
  const [suffix, replacement] = found;
  const base = word.slice(0, -suffix.length);
  if (base.length < first) return word;
  if (suffix === 'ogi' && !base.endsWith('l')) return word;
  if (suffix === 'li' && !/[cdeghkmnrt]$/.test(base)) return word;
  return base + replacement;
}

function thirdStep(word: string, first: number, second: number): string {
  const found = THIRD_STEP.find(([suffix]) => word.endsWith(suffix));
  if (found === undefined) return word;
  const [suffix, replacement] = found;
  const base = word.slice(0, -suffix.length);
  return base.length < (suffix === 'ative' ? second : first) ? word : base + replacement;
}

function fourthStep(word: string, second: number): string {
  const suffix = FOURTH_STEP.find((ending) => word.endsWith(ending));
  if (suffix === undefined) return word;
  const base = word.slice(0, -suffix.length);
  if (base.length < second || (suffix === 'ion' && !/[st]$/.test(base))) return word;
  return base;
}

function withoutFinalLetter(word: string, first: number, second: number): string {
  const base = word.slice(0, -1);
  if (word.endsWith('e') && (base.length >= second || (base.length >= first && !endsInShortSyllable(base)))) return base;
  return word.endsWith('ll') && base.length >= second ? base : word;
}
