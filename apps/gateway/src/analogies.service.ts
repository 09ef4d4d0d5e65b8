import {
  type AnalogyItem,
  type AnalogyOptions,
  explainAnalogy,
  type ExplainAnalogyRequest,
  type ExplainAnalogyResponse,
  findNeighbours,
  type NeighboursRequest,
  type NeighboursResponse,
  type RestSolveAnalogyRequest,
  say,
  ServiceError,
  solveAnalogies,
  type SolveAnalogiesResponse,
  type SolvedAnalogy,
} from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { inGroups, renumber, renumbered, weightOfTexts, withFields } from './fan-out';
import { LARGEST_REPLY } from './largest-reply';

/** Bytes of what an answer says of a candidate beside the candidate itself, about. */
const NOTE_BYTES = 64;

/** Asks for analogies and nearest words, lists of them in groups. */
@Injectable()
export class AnalogiesService {
  constructor(private readonly bus: Bus) {}

  solve({ a, b, c, query, questions, ...options }: RestSolveAnalogyRequest): Promise<SolvedAnalogy | SolveAnalogiesResponse> {
    return questions ? this.solveAll(questions, options) : this.solveOne({ a, b, c, query }, options);
  }

  explain(request: ExplainAnalogyRequest): Promise<ExplainAnalogyResponse> {
    return this.bus.call(explainAnalogy, request);
  }

  async neighbours({ words, ...rest }: NeighboursRequest): Promise<NeighboursResponse> {
    if (!words) return this.bus.call(findNeighbours, rest);
    const replies = await inGroups(words, weightOfTexts, async (group, first) => {
      const { results, unknown, readAs } = await this.bus.call(findNeighbours, { words: group, ...rest }).catch((error: unknown) => {
        throw renumbered(error, 'words', first);
      });
      const inWhole = (field: string): string => renumber(field, 'words', first);
      return {
        results,
        unknown: unknown.map(({ field, ...note }) => ({ field: inWhole(field), ...note })),
        readAs: readAs.map(({ field, ...note }) => ({ field: inWhole(field), ...note })),
      };
    });
    return {
      results: replies.flatMap(({ results }) => results),
      unknown: replies.flatMap(({ unknown }) => unknown),
      readAs: replies.flatMap(({ readAs }) => readAs),
    };
  }

  private async solveOne(question: AnalogyItem, options: Readonly<AnalogyOptions>): Promise<SolvedAnalogy> {
    const { results } = await this.bus.call(solveAnalogies, { questions: [question], ...options }).catch((error: unknown) => {
      throw withFields(error, (text) => text.replaceAll('questions[0].', ''));
    });
    const [solved] = results;
    if (!solved) throw new ServiceError('INTERNAL', 'The analogy has no answer');
    return solved;
  }

  private async solveAll(questions: AnalogyItem[], options: Readonly<AnalogyOptions>): Promise<SolveAnalogiesResponse> {
    const { candidates = [] } = options;
    boundReply(questions.length, candidates);
    const carried = candidates.reduce((sum, { length }) => sum + length, 0); // each answer may speak of each candidate
    const replies = await inGroups(questions, (question) => carried + weightOf(question), (group, first) =>
      this.bus.call(solveAnalogies, { questions: group, ...options }).catch((error: unknown) => {
        throw renumbered(error, 'questions', first);
      }),
    );
    return { results: replies.flatMap(({ results }) => results) };
  }
}

/** Throws PAYLOAD_TOO_LARGE where answers that each speak of each candidate would be larger than a caller can mean. */
function boundReply(questions: number, candidates: readonly string[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(candidates)) + NOTE_BYTES * candidates.length;
  if (questions * bytes <= LARGEST_REPLY) return;
  throw new ServiceError(
    'PAYLOAD_TOO_LARGE',
    say`The answers to ${questions} questions, each about ${candidates.length} candidates, can take more than ${LARGEST_REPLY} bytes, the most of a reply: ask in parts`,
  );
}

/** What a question adds to a group: the characters of its words. */
function weightOf({ a = '', b = '', c = '', query = '' }: AnalogyItem): number {
  return a.length + b.length + c.length + query.length;
}
