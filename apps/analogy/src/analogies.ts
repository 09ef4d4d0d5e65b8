import type { AnalogyMethod, ExplainAnalogyRequest, ExplainAnalogyResponse, SolvedAnalogy, UnknownWord, WordNeighbours, WordReadAs } from '@sigmalang/contracts';
import type { Lexicon } from '@sigmalang/lexicon';
import type { AnalogySolver, RankedAnswer } from './solver/analogy-solver';
import { AnalogyExplainer, type ExplanationDepth } from './explain/analogy-explainer';
import { FITTED_WEIGHTS } from './fit/fitted-weights';
import { openSolver } from './solver/open-solver';
import type { WordSpace } from './word-space';
import { isReadAsAnother, type ReadWord, WordReader, write } from './words/word-reader';

/** Three words as they were sent; the field they came in when they came in one text. */
export interface AskedAnalogy {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly field?: 'query' | undefined;
}

/** How a question is to be solved, all said. */
export interface SolveSettings {
  readonly method: AnalogyMethod;
  readonly topK: number;
  readonly threshold: number;
  readonly candidates?: readonly string[] | undefined;
}

/** How neighbours are to be found, all said. */
export interface NeighbourSettings {
  readonly topK: number;
  readonly threshold: number;
}

/** The nearest words of a word, and what was to be said of the word. */
export interface FoundNeighbours extends WordNeighbours {
  readonly unknown: UnknownWord[];
  readonly readAs: WordReadAs[];
}

/** Unknown words of an answer for which words of a similar spelling are looked up. */
const MOST_SPELLED = 10;

/** Words as they were sent: what of them could be read, and what is to be said of them. */
class ReadWords {
  readonly unknown: UnknownWord[] = [];
  readonly readAs: WordReadAs[] = [];

  constructor(private readonly reader: WordReader) {}

  /** The listed word that `word` stands for; one that is unknown, or read as another, is noted under its field. */
  read(field: string, word: string): ReadWord | undefined {
    const found = this.reader.read(word);
    if (!found) this.unknown.push({ field, word, nearest: this.unknown.length < MOST_SPELLED ? this.reader.spelledLike(word) : [] });
    else if (isReadAsAnother(word, found)) this.readAs.push({ field, word, as: found.word });
    return found;
  }
}

/** Analogies over the words of one lexicon, in and out as people write them. */
export class Analogies {
  private readonly space: WordSpace;
  private readonly reader: WordReader;
  private readonly solver: AnalogySolver;
  private readonly explainer: AnalogyExplainer;

  constructor(lexicon: Lexicon) {
    const { space, recognizer, finder, solver } = openSolver(lexicon);
    [this.space, this.solver] = [space, solver];
    this.reader = new WordReader(lexicon);
    this.explainer = new AnalogyExplainer(space, recognizer, finder, FITTED_WEIGHTS.answer, FITTED_WEIGHTS.validity);
  }

  /** Solves a : b :: c : ?; there is no answer where a word is unknown, which is named, nor where a is also b or c. */
  solve({ a, b, c, field }: AskedAnalogy, { method, topK, threshold, candidates }: SolveSettings): SolvedAnalogy {
    const words = new ReadWords(this.reader);
    const [readA, readB, readC] = [words.read(field ?? 'a', a), words.read(field ?? 'b', b), words.read(field ?? 'c', c)];
    const spelled = candidates && this.readCandidates(candidates, words);
    const { unknown, readAs } = words;
    // The same word twice reveals nothing, and a word stands to the other as it does.
    const asksNothing = readA?.index === readB?.index || readA?.index === readC?.index;
    if (!readA || !readB || !readC || asksNothing) return { answer: null, confidence: 0, solutions: [], ties: [], method, unknown, readAs };
    const question = { a: readA.index, b: readB.index, c: readC.index };
    const { answers, relation } = this.solver.solve(question, method, { among: spelled && [...spelled.keys()] });
    const spellings = (index: number): readonly string[] => spelled?.get(index) ?? [write(this.space.lexicon.word(index), readB.style)];
    const solutions = answers
      .filter(({ confidence }) => confidence >= threshold)
      .slice(0, topK)
      .flatMap(({ index, score, confidence }) => spellings(index).map((answer) => ({ answer, score, confidence })))
      .slice(0, topK);
    const [best] = solutions;
    return {
      answer: best?.answer ?? null,
      confidence: best?.confidence ?? 0,
      solutions,
      ties: best ? tiesOf(answers).flatMap(({ index }) => spellings(index)).filter((answer) => answer !== best.answer) : [],
      ...(relation && { relation }),
      method,
      unknown,
      readAs,
    };
  }

  /** Tells whether and why d stands to c as b to a; where a word is unknown it does not, and the word is named. */
  explain({ a, b, c, d, depth = 2 }: ExplainAnalogyRequest): ExplainAnalogyResponse {
    const words = new ReadWords(this.reader);
    const [readA, readB, readC, readD] = [words.read('a', a), words.read('b', b), words.read('c', c), words.read('d', d)];
    const { unknown, readAs } = words;
    if (!readA || !readB || !readC || !readD) {
      const explanation = `Nothing can be said: ${unknown.map(({ word }) => `"${word}"`).join(' and ')} ${unknown.length === 1 ? 'is' : 'are'} not among the words that are known.`;
      return { valid: false, confidence: 0, similarity: 0, supportingPairs: [], steps: [], better: [], explanation, unknown, readAs };
    }
    const style = new Map([readD, readC, readB, readA].map(({ index, style: written }) => [index, written]));
    const spell = (index: number): string => write(this.space.lexicon.word(index), style.get(index) ?? readD.style);
    const indices = { a: readA.index, b: readB.index, c: readC.index, d: readD.index };
    return { ...this.explainer.explain(indices, depth as ExplanationDepth, spell), unknown, readAs };
  }

  /** The nearest words of a word that came in `field`. */
  neighbours({ word, field }: { readonly word: string; readonly field: string }, { topK, threshold }: NeighbourSettings): FoundNeighbours {
    const { lexicon, nearest } = this.space;
    const words = new ReadWords(this.reader);
    const read = words.read(field, word);
    const found = read ? nearest.nearest([lexicon.vector(read.index)], topK, new Set([read.index]))[0] ?? [] : [];
    const neighbours = found
      .filter(({ score }) => score >= threshold)
      .map(({ index, score }) => ({ word: lexicon.word(index), similarity: score }));
    return { word, neighbours, unknown: words.unknown, readAs: words.readAs };
  }

  /** The candidates by the index of the listed word that each stands for, as they were written. */
  private readCandidates(candidates: readonly string[], words: ReadWords): ReadonlyMap<number, readonly string[]> {
    const spelled = new Map<number, string[]>();
    for (const [i, candidate] of candidates.entries()) {
      const read = words.read(`candidates[${i}]`, candidate);
      if (read) spelled.set(read.index, [...(spelled.get(read.index) ?? []), candidate]);
    }
    return spelled;
  }
}

/** The answers of exactly the score of the best. */
function tiesOf(answers: readonly RankedAnswer[]): readonly RankedAnswer[] {
  return answers.filter(({ score }) => score === answers[0]?.score);
}
