import { IRREGULAR_ADVERBS, IRREGULAR_COMPARISONS, IRREGULAR_ORDINALS, IRREGULAR_PLURALS, IRREGULAR_VERBS } from './irregular-forms';

/** A form that English makes from a base word. */
export interface WordForm {
  /** Name in explanations, such as `plural`. */
  readonly name: string;
  /** Irregular forms by base word; they stand in place of the regular ones. */
  readonly irregular: ReadonlyMap<string, readonly string[]>;
  /** Spellings that the rules give, likeliest first; where the rules leave a choice (`stoped`, `stopped`), each. */
  readonly spell: (base: string) => string[];
  /** Endings by which the form is recognised, longest first. */
  readonly endings: readonly string[];
}

const VOWEL = /[aeiou]/;
const CONSONANT_Y = /[^aeiou]y$/;
const CONSONANT_O = /[^aeiou]o$/;
const HISSING = /(?:s|x|z|ch|sh)$/;
/** One vowel and one consonant that doubles before a vowel: `stop`, `big`; in longer words only under stress, which spelling does not show. */
const DOUBLES = /(?:^|[^aeiou]|qu)[aeiou][bdfgklmnprtvz]$/;

function withS(base: string): string[] {
  if (HISSING.test(base)) return [`${base}es`];
  if (CONSONANT_Y.test(base)) return [`${base.slice(0, -1)}ies`];
  return CONSONANT_O.test(base) ? [`${base}s`, `${base}es`] : [`${base}s`];
}

/** Before an ending that begins with a vowel: e drops, y becomes i, a single consonant may double. */
function withVowel(base: string, ending: string, { keepsY = false }: { keepsY?: boolean } = {}): string[] {
  if (base.endsWith('e')) return [base.slice(0, -1) + ending];
  if (CONSONANT_Y.test(base) && !keepsY) return [`${base.slice(0, -1)}i${ending}`];
  if (base.endsWith('c') && !ending.startsWith('a')) return [`${base}k${ending}`, base + ending];
  const doubled = base + base.slice(-1) + ending;
  if (!DOUBLES.test(base)) return [base + ending];
  return (base.match(/[aeiouy]+/g) ?? []).length === 1 ? [doubled, base + ending] : [base + ending, doubled];
}

function withIng(base: string): string[] {
  if (base.endsWith('ie')) return [`${base.slice(0, -2)}ying`];
  if (/(?:ee|oe|ye)$/.test(base)) return [`${base}ing`];
  return withVowel(base, 'ing', { keepsY: true });
}

function withLy(base: string): string[] {
  if (base.endsWith('ic')) return [`${base}ally`, `${base}ly`];
  if (/[^aeiou]le$/.test(base)) return [`${base.slice(0, -1)}y`];
  if (base.endsWith('ll')) return [`${base}y`];
  return CONSONANT_Y.test(base) ? [`${base.slice(0, -1)}ily`, `${base}ly`] : [`${base}ly`];
}

/** Before an ending that begins with a consonant: y becomes i. */
function withConsonant(base: string, ending: string): string[] {
  return CONSONANT_Y.test(base) ? [`${base.slice(0, -1)}i${ending}`, base + ending] : [base + ending];
}

function withIon(base: string): string[] {
  if (base.endsWith('ate')) return [`${base.slice(0, -1)}ion`];
  if (base.endsWith('ify')) return [`${base.slice(0, -1)}ication`];
  if (/[aiou]de$/.test(base)) return [`${base.slice(0, -2)}sion`, `${base.slice(0, -1)}ation`];
  if (base.endsWith('nd')) return [`${base.slice(0, -1)}sion`];
  if (base.endsWith('e')) return [`${base.slice(0, -1)}ation`, `${base.slice(0, -1)}ion`, `${base.slice(0, -1)}tion`];
  return base.endsWith('t') || base.endsWith('s') ? [`${base}ion`, `${base}ation`] : [`${base}ation`, `${base}tion`];
}

function withIty(base: string): string[] {
  if (base.endsWith('ble')) return [`${base.slice(0, -2)}ility`];
  if (base.endsWith('ous')) return [`${base.slice(0, -3)}osity`, `${base.slice(0, -3)}ity`];
  return base.endsWith('e') ? [`${base.slice(0, -1)}ity`] : [`${base}ity`];
}

function form(name: string, endings: string, spell: WordForm['spell'], irregular: Iterable<readonly [string, readonly string[]]> = []): WordForm {
  const table = new Map<string, readonly string[]>();
  for (const [base, forms] of irregular) table.set(base, [...(table.get(base) ?? []), ...forms]);
  return { name, endings: endings.split(' '), spell, irregular: table };
}

const verbs = (formsOf: (verb: (typeof IRREGULAR_VERBS)[number]) => readonly string[] | '' | undefined): [string, readonly string[]][] =>
  IRREGULAR_VERBS.flatMap((verb): [string, readonly string[]][] => {
    const forms = formsOf(verb);
    return forms && forms.length > 0 ? [[verb.base, forms]] : [];
  });

/** Every form that is recognised, common inflections first. */
export const WORD_FORMS: readonly WordForm[] = [
  form('plural', 'es s', withS, IRREGULAR_PLURALS.map(([singular, plural]) => [singular, [plural]])),
  form('third person singular', 'es s', withS, verbs(({ thirdPerson }) => thirdPerson && [thirdPerson])),
  form('past tense', 'ed', (base) => withVowel(base, 'ed'), verbs(({ past }) => past)),
  form('past participle', 'ed', (base) => withVowel(base, 'ed'), verbs(({ participle }) => participle)),
  form('present participle', 'ing', withIng, verbs(({ presentParticiple }) => presentParticiple && [presentParticiple])),
  form('comparative', 'er', (base) => withVowel(base, 'er'), IRREGULAR_COMPARISONS.map(([base, comparative]) => [base, [comparative]])),
  form('superlative', 'est', (base) => withVowel(base, 'est'), IRREGULAR_COMPARISONS.map(([base, , superlative]) => [base, [superlative]])),
  form('adverb', 'ly y', withLy, IRREGULAR_ADVERBS.map(([adjective, adverb]) => [adjective, [adverb]])),
  form('ordinal', 'th', (base) => withConsonant(base, base.endsWith('y') ? 'eth' : 'th'), IRREGULAR_ORDINALS.map(([cardinal, ordinal]) => [cardinal, [ordinal]])),
  form('agent', 'er or', (base) => [...withVowel(base, 'er'), ...withVowel(base, 'or')]),
  form('quality (-ness)', 'ness', (base) => withConsonant(base, 'ness')),
  form('quality (-ity)', 'ity', withIty),
  form('action (-ion)', 'ion', withIon),
  form('action (-ment)', 'ment', (base) => withConsonant(base, 'ment')),
  form('without (-less)', 'less', (base) => withConsonant(base, 'less')),
  form('full of (-ful)', 'ful', (base) => withConsonant(base, 'ful')),
  form('like (-y)', 'y', (base) => withVowel(base, 'y', { keepsY: true })),
  form('like (-ous)', 'ous', (base) => withVowel(base, 'ous')),
  form('like (-al)', 'al', (base) => withVowel(base, 'al')),
  form('like (-ic)', 'ic', (base) => (base.endsWith('y') ? [`${base.slice(0, -1)}ic`] : withVowel(base, 'ic'))),
  form('like (-ish)', 'ish', (base) => withVowel(base, 'ish')),
  form('able (-able)', 'able ible', (base) => [...withVowel(base, 'able'), `${base}able`, ...withVowel(base, 'ible')]),
  form('become (-en)', 'en', (base) => withVowel(base, 'en')),
  form('make (-ize)', 'ize ise', (base) => [...withVowel(base, 'ize', { keepsY: true }), ...withVowel(base, 'ise', { keepsY: true })]),
  form('person (-ist)', 'ist', (base) => (base.endsWith('y') ? [`${base.slice(0, -1)}ist`] : withVowel(base, 'ist'))),
  form('doctrine (-ism)', 'ism', (base) => (base.endsWith('y') ? [`${base.slice(0, -1)}ism`] : withVowel(base, 'ism'))),
  form('person (-ian)', 'ian an', (base) => [`${base.replace(/[aeyo]$/, '')}ian`, ...(base.endsWith('a') ? [`${base}n`] : []), `${base}an`]),
  form('state (-ship)', 'ship', (base) => [`${base}ship`]),
  form('state (-hood)', 'hood', (base) => withConsonant(base, 'hood')),
];

/** Spellings of a form of a base word: the irregular ones if there are any, else what the rules give. */
export function formsOf({ irregular, spell }: WordForm, base: string): readonly string[] {
  return irregular.get(base) ?? (VOWEL.test(base) || base.includes('y') ? spell(base) : []);
}

/** Words that the form may have been made from, whether or not they exist: each gives `word` by {@link formsOf}. */
export function basesOf(wordForm: WordForm, word: string): readonly string[] {
  const bases = [...(irregularBases(wordForm).get(word) ?? [])];
  for (const ending of wordForm.endings) {
    if (!word.endsWith(ending) || word.length - ending.length < 2) continue;
    const stem = word.slice(0, -ending.length);
    for (const base of stemVariants(stem)) {
      if (!bases.includes(base) && base !== word && formsOf(wordForm, base).includes(word)) bases.push(base);
    }
  }
  return bases;
}

/** What may have stood before an ending changed its spelling. */
function stemVariants(stem: string): string[] {
  const variants = [stem, `${stem}e`];
  if (stem.at(-1) === stem.at(-2)) variants.push(stem.slice(0, -1));
  if (stem.endsWith('i')) variants.push(`${stem.slice(0, -1)}y`);
  if (stem.endsWith('y')) variants.push(`${stem.slice(0, -1)}ie`);
  if (stem.endsWith('ck')) variants.push(stem.slice(0, -1));
  if (stem.endsWith('al')) variants.push(stem.slice(0, -2));
  if (/(?:bil|os)$/.test(stem)) variants.push(stem.endsWith('bil') ? `${stem.slice(0, -2)}le` : `${stem.slice(0, -2)}ous`);
  if (/(?:at|ic|s|t)$/.test(stem)) {
    const root = stem.replace(/(?:icat|at|t)$/, '');
    variants.push(root, `${root}e`, `${root}y`, `${stem.replace(/s$/, '')}d`, `${stem.replace(/s$/, '')}de`);
  }
  return [...variants, `${stem}y`, `${stem}a`, `${stem}o`];
}

const inverted = new Map<WordForm, ReadonlyMap<string, readonly string[]>>();

function irregularBases(wordForm: WordForm): ReadonlyMap<string, readonly string[]> {
  const known = inverted.get(wordForm);
  if (known) return known;
  const bases = new Map<string, string[]>();
  for (const [base, forms] of wordForm.irregular) for (const each of forms) bases.set(each, [...(bases.get(each) ?? []), base]);
  inverted.set(wordForm, bases);
  return bases;
}
