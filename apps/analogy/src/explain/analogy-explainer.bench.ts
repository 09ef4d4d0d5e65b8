import { ASSET_FILES, Lexicon, measuringData } from '@sigmalang/lexicon';
import { SeededGenerator } from '@sigmalang/vector';
import { CATALOGUE } from '../catalogue/catalogue';
import { type GoogleQuestion, googleQuestions } from '../evaluation/google-questions';
import { fitValidity } from '../fit/fit-validity';
import { FITTED_WEIGHTS } from '../fit/fitted-weights';
import { judgementFigures, textOfFigures } from '../fit/judgement-figures';
import { type FourWords, type PairGroup, WrongAnalogies } from '../fit/wrong-analogies';
import { AnalogyExplainer } from './analogy-explainer';
import { WeighedQuestion } from './evidence';
import { solvingModels } from '../solver/solving-models';

const ASSETS = 'dist/assets/lexicon';
const QUESTIONS = 1_000;

type Section = PairGroup & { readonly questions: readonly FourWords[] };
type Judged = FourWords & { readonly isRight: boolean; readonly kind: string };

/** Measures how right and how well calibrated `valid` and `confidence` are, and the time of an explanation. */
export default function measureAnalogyExplainer({ print }: { print: (line: string) => void }): Promise<void> {
  const lexicon = Lexicon.load(`${ASSETS}/${ASSET_FILES.int8}`, { forScanning: true });
  const models = solvingModels(lexicon, CATALOGUE, FITTED_WEIGHTS);
  const { space, recognizer, finder, answerWeights } = models;
  const explainer = new AnalogyExplainer(space, recognizer, finder, answerWeights, FITTED_WEIGHTS.validity);
  print(`explained analogies: relations of the catalogue that were left out: ${textOfFigures(fitValidity(models).heldOut)} (goal: ECE 0.05, area 0.9)`);
  const folder = measuringData(process.env);
  if (folder === undefined) {
    print('explained analogies: SKIPPED the Google questions: SIGMALANG_DATA does not name the folder of measuring data');
    return Promise.resolve();
  }
  const sections = sectionsOf(googleQuestions(folder, lexicon));
  const judged = rightAndWrong(sections, (words) => new WeighedQuestion(models, words).evidence(words.d), new WrongAnalogies(space, sections, new SeededGenerator('bench:wrong')));
  const times: number[] = [];
  const judgements = judged.map(({ isRight, kind, ...words }) => {
    const start = performance.now();
    const { confidence } = explainer.explain(words, 2);
    times.push(performance.now() - start);
    return { confidence, isRight, kind };
  });
  print(`explained analogies: the Google test set and as many wrong ones: ${textOfFigures(judgementFigures(judgements))} (goal: ECE 0.05, area 0.9)`);
  for (const kind of new Set(judgements.map((judgement) => judgement.kind))) {
    const alike = judgements.filter((judgement) => judgement.kind === kind);
    const valid = alike.filter(({ confidence }) => confidence >= 0.5).length / alike.length;
    print(`explained analogies: ${kind}: ${(100 * valid).toFixed(1)} % of ${alike.length} hold`);
  }
  times.sort((x, y) => x - y);
  const [median = 0, late = 0] = [times[times.length >> 1], times[Math.floor(times.length * 0.95)]];
  print(`explained analogies: one explanation at depth 2: p50 ${median.toFixed(1)} ms, p95 ${late.toFixed(1)} ms (goal: 25)`);
  return Promise.resolve();
}

/** The test set's sections; both of capitals are one, and no pair is wrong that is right in the other. */
function sectionsOf(questions: readonly GoogleQuestion[]): Section[] {
  const sections = Map.groupBy(questions, ({ section }) => (section.startsWith('capital') ? 'capital' : section));
  return [...sections.values()].map((asked) => {
    const pairs = new Map(asked.flatMap(({ a, b, c, d }) => [[`${a} ${b}`, { a, b }] as const, [`${c} ${d}`, { a: c, b: d }] as const]));
    return { questions: asked, pairs: [...pairs.values()], isSymmetric: false, hasOneAnswer: true };
  });
}

/** Questions spread evenly over the set, and of each a wrong one, the kinds in turn. */
function rightAndWrong(sections: readonly Section[], weigh: (words: FourWords) => Parameters<WrongAnalogies['of']>[0], wrongs: WrongAnalogies): Judged[] {
  const all = sections.flatMap((section) => section.questions.map((question) => ({ question, section })));
  const counts = new Map<string, number>();
  return Array.from({ length: QUESTIONS }, (_, i) => all[Math.floor((i * all.length) / QUESTIONS)]).flatMap((drawn) => {
    if (!drawn) return [];
    const right = { ...drawn.question, isRight: true, kind: 'right' };
    const kinds = wrongs.of(weigh(drawn.question), drawn.section);
    const [wrong] = kinds.sort((x, y) => (counts.get(x.kind) ?? 0) - (counts.get(y.kind) ?? 0));
    if (!wrong) return [right];
    counts.set(wrong.kind, (counts.get(wrong.kind) ?? 0) + 1);
    return [right, { ...wrong, isRight: false }];
  });
}
