/** Irregular English forms, each line a base form and its other forms; regular ones are left to `stem`. */
const IRREGULAR_FORMS = `
man men|woman women|child children|foot feet|tooth teeth|goose geese|mouse mice|person people|life lives|wife wives|knife knives
leaf leaves|half halves|wolf wolves|shelf shelves|thief thieves|loaf loaves|calf calves|analysis analyses|crisis crises
phenomenon phenomena|criterion criteria|be am is are was were been being|have has had having|do does did done doing|go goes went gone going
say said|get got gotten|make made|know knew known|think thought|take took taken|see saw seen|come came|find found|give gave given
tell told|become became|show shown|leave left|feel felt|bring brought|begin began begun|keep kept|hold held|write wrote written
stand stood|hear heard|mean meant|meet met|run ran|pay paid|sit sat|speak spoke spoken|lie lay lain lying|lead led|grow grew grown
lose lost|fall fell fallen|send sent|build built|understand understood|draw drew drawn|break broke broken|spend spent|rise rose risen
drive drove driven|buy bought|wear wore worn|choose chose chosen|ride rode ridden|fly flew flown|eat ate eaten|drink drank drunk
sing sang sung|swim swam swum|throw threw thrown|catch caught|teach taught|fight fought|sell sold|win won|shoot shot|sleep slept
steal stole stolen|hide hid hidden|bite bit bitten|blow blew blown|shake shook shaken|freeze froze frozen|feed fed|hang hung|dig dug
stick stuck|strike struck|swing swung|ring rang rung|sink sank sunk|wake woke woken|tear tore torn|swear swore sworn
forget forgot forgotten|forgive forgave forgiven|seek sought|sweep swept|weep wept|bend bent|lend lent|slide slid|shine shone
light lit|lay laid|die dying|tie tying`;

/** Irregular form → base form. */
export const BASE_FORMS: ReadonlyMap<string, string> = new Map(
  IRREGULAR_FORMS.trim()
    .split(/[|\n]/)
    .flatMap((line) => {
      const [base = '', ...forms] = line.split(' ');
      return forms.map((form): [string, string] => [form, base]);
    }),
);

const UNITS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety';

/** Number word → value, zero to ninety; `one` is left out, because alone it is mostly a pronoun. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...UNITS.split(' ')
    .map((word, value): [string, number] => [word, value])
    .filter(([word]) => word !== 'one'),
  ...TENS.split(' ').map((word, i): [string, number] => [word, 20 + 10 * i]),
]);

/** Value of a hyphenated number such as `twenty-five`, or undefined. */
export function compoundNumber(word: string): number | undefined {
  const [tens = '', unit = '', ...rest] = word.split('-', 3);
  const high = NUMBER_WORDS.get(tens);
  const low = unit === 'one' ? 1 : NUMBER_WORDS.get(unit);
  if (rest.length > 0 || high === undefined || low === undefined) return undefined;
  return high >= 20 && low >= 1 && low <= 9 ? high + low : undefined;
}

/** Stem before `n't`, where it is not the verb itself. */
export const NEGATED_VERBS: ReadonlyMap<string, string> = new Map([
  ['ca', 'can'],
  ['wo', 'will'],
  ['sha', 'shall'],
  ['ai', 'is'],
]);

/** Words that turn a statement round. */
export const NEGATIONS: ReadonlySet<string> = new Set('not no never nor neither none nobody nothing nowhere without'.split(' '));
