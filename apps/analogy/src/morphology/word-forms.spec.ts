import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import fc from 'fast-check';
import { join } from 'node:path';
import { basesOf, formsOf, WORD_FORMS, type WordForm } from './word-forms';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8));

function formNamed(name: string): WordForm {
  const found = WORD_FORMS.find((form) => form.name === name);
  if (!found) throw new Error(`there is no form ${name}`);
  return found;
}

/** Pairs of a base word and its form, in a text such as `box boxes, city cities`. */
const FORMS: readonly (readonly [name: string, pairs: string])[] = [
  ['plural', `box boxes, city cities, day days, church churches, bus buses, photo photos, monarch monarchs, stomach stomachs, epoch epochs,
    hero heroes, child children, knife knives, analysis analyses, sheep sheep`],
  ['third person singular', 'go goes, have has, be is, try tries, play plays, watch watches, panic panics, veto vetoes, quiz quizzes'],
  ['past tense', `stop stopped, visit visited, refer referred, travel travelled, travel traveled, hope hoped, agree agreed, carry carried,
    play played, panic panicked, quit quit, fix fixed, mix mixed, die died, lie lied, lie lay, hide hid, go went, be was, be were, read read`],
  ['past participle', 'hide hidden, walk walked, see seen, be been, forget forgotten, lie lain, cut cut'],
  ['present participle', `make making, run running, lie lying, die dying, see seeing, be being, dye dyeing, panic panicking, study studying, ski skiing,
    begin beginning, visit visiting, canoe canoeing, play playing`],
  ['comparative', 'big bigger, happy happier, good better, bad worse, far farther, nice nicer, cheap cheaper, shy shyer'],
  ['superlative', 'big biggest, happy happiest, good best, bad worst, many most, nice nicest, free freest'],
  ['adverb', `happy happily, true truly, basic basically, public publicly, gentle gently, full fully, whole wholly, good well, slow slowly, shrill shrilly,
    possible possibly, fast fast`],
  ['ordinal', 'four fourth, five fifth, twelve twelfth, twenty twentieth, one first, hundred hundredth'],
  ['agent', 'teach teacher, run runner, drive driver, act actor, translate translator, carry carrier'],
  ['quality (-ness)', 'happy happiness, kind kindness, shy shyness'],
  ['quality (-ity)', 'stable stability, active activity, curious curiosity, real reality'],
  ['action (-ion)', `act action, create creation, decide decision, invade invasion, explode explosion, divide division, expand expansion, discuss discussion,
    produce production, imagine imagination, clarify clarification, confuse confusion`],
  ['action (-ment)', 'move movement, merry merriment, pay payment'],
  ['without (-less)', 'home homeless, penny penniless'],
  ['full of (-ful)', 'beauty beautiful, hope hopeful'],
  ['like (-y)', 'sun sunny, noise noisy, rain rainy'],
  ['like (-ous)', 'fame famous, fury furious, danger dangerous'],
  ['able (-able)', 'read readable, use usable, manage manageable, rely reliable, forget forgettable, sense sensible'],
  ['become (-en)', 'wide widen, sad sadden, short shorten'],
  ['make (-ize)', 'modern modernize, modern modernise'],
  ['person (-ist)', 'biology biologist, art artist'],
  ['person (-ian)', 'italy italian, russia russian, paris parisian'],
  ['state (-ship)', 'friend friendship'],
  ['state (-hood)', 'child childhood, neighbor neighborhood'],
];
const PAIRS = FORMS.flatMap(([name, pairs]) => pairs.split(',').map((pair) => [name, ...pair.trim().split(/\s+/)]));

describe('a form of a word', () => {
  it.each(PAIRS)('%s: %s gives %s, and back', (name, base = '', word = '') => {
    expect(formsOf(formNamed(name), base)).toContain(word);
    expect(basesOf(formNamed(name), word)).toContain(base);
  });

  it.each([
    ['past tense', 'stop', 'stopped'],
    ['past tense', 'visit', 'visited'],
    ['past tense', 'panic', 'panicked'],
    ['present participle', 'run', 'running'],
    ['plural', 'photo', 'photos'],
    ['adverb', 'basic', 'basically'],
    ['adverb', 'happy', 'happily'],
    ['quality (-ness)', 'happy', 'happiness'],
  ])('%s of %s is %s before any other spelling', (name, base, word) => {
    expect(formsOf(formNamed(name), base)[0]).toBe(word);
  });

  it.each([
    ['past tense', 'go', 'goed'],
    ['past tense', 'hide', 'hided'],
    ['past tense', 'play', 'plaied'],
    ['past tense', 'fix', 'fixxed'],
    ['plural', 'child', 'childs'],
    ['plural', 'day', 'daies'],
    ['plural', 'hero', 'heros'],
    ['plural', 'stomach', 'stomaches'],
    ['present participle', 'be', 'bing'],
    ['present participle', 'make', 'makeing'],
    ['present participle', 'lie', 'lieing'],
    ['comparative', 'good', 'gooder'],
    ['adverb', 'true', 'truely'],
    ['action (-ion)', 'decide', 'decidion'],
    ['action (-ion)', 'concede', 'concesion'],
  ])('%s of %s is not %s', (name, base, word) => {
    expect(formsOf(formNamed(name), base)).not.toContain(word);
    expect(basesOf(formNamed(name), word)).not.toContain(base);
  });

  it('has the irregular forms in place of the regular ones, each of which leads back to every base it has', () => {
    for (const form of WORD_FORMS) {
      for (const [base, forms] of form.irregular) {
        expect(formsOf(form, base)).toEqual(forms);
        for (const word of forms) expect(basesOf(form, word)).toContain(base);
      }
    }
    expect(basesOf(formNamed('comparative'), 'worse')).toEqual(['bad', 'badly', 'ill']);
    expect(basesOf(formNamed('past participle'), 'lain')).toEqual(['lie']);
  });

  it('is itself where the irregular form is the base', () => {
    expect(formsOf(formNamed('past tense'), 'read')).toEqual(['read']);
    expect(basesOf(formNamed('past tense'), 'read')).toEqual(['read']);
    expect(basesOf(formNamed('plural'), 'sheep')).toEqual(['sheep']);
  });

  it('has a name and an ending, and no other form has the name', () => {
    const names = WORD_FORMS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(WORD_FORMS.filter(({ endings }) => endings.length === 0 || endings.includes(''))).toEqual([]);
  });
});

describe('the bases of a word', () => {
  it('each give the word by the same form, and are no two alike, for listed words', () => {
    for (let index = 0; index < lexicon.size; index += 23) {
      const word = lexicon.word(index);
      for (const form of WORD_FORMS) {
        const bases = basesOf(form, word);
        if (bases.some((base) => !formsOf(form, base).includes(word))) throw new Error(`${form.name}: ${bases.join()} do not all give ${word}`);
        if (new Set(bases).size < bases.length) throw new Error(`${form.name}: ${bases.join()} of ${word} has one twice`);
      }
    }
  });

  it('each give the word by the same form, for any letters before any ending', () => {
    const stem = fc.stringMatching(/^[a-z]{0,8}$/);
    const cases = fc.constantFrom(...WORD_FORMS).chain((form) =>
      fc.tuple(fc.constant(form), fc.oneof(fc.string({ unit: 'binary' }), fc.tuple(stem, fc.constantFrom(...form.endings)).map((parts) => parts.join('')))),
    );
    let bases = 0;
    fc.assert(
      fc.property(cases, ([form, word]) => {
        for (const base of basesOf(form, word)) {
          expect(formsOf(form, base)).toContain(word);
          bases++;
        }
      }),
      { seed: 8, numRuns: 2_000 },
    );
    expect(bases).toBeGreaterThan(500);
  });

  it('hold the word that a form was made of, for common words of letters', () => {
    const inflections = WORD_FORMS.slice(0, 7);
    const lost: string[] = [];
    for (let index = 0; index < 3_000; index++) {
      const base = lexicon.word(index);
      if (!/^[a-z]{3,}$/.test(base)) continue;
      for (const form of inflections) {
        for (const word of formsOf(form, base)) if (!basesOf(form, word).includes(base)) lost.push(`${form.name} ${base} ${word}`);
      }
    }
    expect(lost).toEqual([]);
  });
});

describe.each([
  ['the empty text', ''],
  ['one letter', 's'],
  ['an ending alone', 'ing'],
  ['a name of an object', '__proto__'],
  ['a method of an object', 'constructor'],
  ['a method of an array', 'toString'],
  ['a word with accents', 'café'],
  ['another script', '東京'],
  ['an emoji', '🙂s'],
  ['half a surrogate pair', '\ud800ed'],
  ['signs', '^$.*+?()[]{}|\\'],
  ['a very long word', 'stop'.repeat(2_500)],
  ['a very long word of vowels', `${'a'.repeat(10_000)}ed`],
  ['a very long word of doubles', 's'.repeat(10_000)],
])('%s', (_what, word) => {
  it('has few forms and few bases, all of them little longer or shorter', () => {
    for (const form of WORD_FORMS) {
      const others = [...formsOf(form, word), ...basesOf(form, word)];
      expect(others.length).toBeLessThanOrEqual(40);
      expect(others.filter((other) => Math.abs(other.length - word.length) > 8)).toEqual([]);
    }
  });
});
