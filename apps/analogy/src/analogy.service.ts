import {
  type AnalogyItem,
  type ExplainAnalogyRequest,
  type ExplainAnalogyResponse,
  type NeighboursRequest,
  type NeighboursResponse,
  parseAnalogyQuery,
  type SolveAnalogiesRequest,
  type SolveAnalogiesResponse,
} from '@sigmalang/contracts';
import { reportLexicon, Workers } from '@sigmalang/runtime';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { AskedAnalogy } from './analogies';
import { analogyProgram } from './analogy-program';

/** Solves and explains analogies, and finds the nearest words, all on worker threads. */
@Injectable()
export class AnalogyService implements OnApplicationBootstrap {
  constructor(private readonly workers: Workers) {
    workers.use(analogyProgram);
  }

  /** Tells which lexicon the threads have loaded. */
  async onApplicationBootstrap(): Promise<void> {
    for (const lexicon of await this.workers.map(analogyProgram, 'describe', [null])) reportLexicon(lexicon);
  }

  async solve({ questions, method = 'relation', topK = 5, threshold = 0, candidates }: SolveAnalogiesRequest): Promise<SolveAnalogiesResponse> {
    const settings = { method, topK, threshold, candidates };
    return { results: await this.workers.map(analogyProgram, 'solve', questions.map(toQuestion), settings) };
  }

  async explain(request: ExplainAnalogyRequest): Promise<ExplainAnalogyResponse> {
    const [explanation] = await this.workers.map(analogyProgram, 'explain', [request]);
    if (!explanation) throw new Error('there is no explanation');
    return explanation;
  }

  async neighbours({ word, words, topK = 10, threshold = -1 }: NeighboursRequest): Promise<NeighboursResponse> {
    const items = words?.map((each, i) => ({ word: each, field: `words[${i}]` })) ?? [{ word: word ?? '', field: 'word' }];
    const found = await this.workers.map(analogyProgram, 'neighbours', items, { topK, threshold });
    return {
      results: found.map(({ word: asked, neighbours }) => ({ word: asked, neighbours })),
      unknown: found.flatMap(({ unknown }) => unknown),
      readAs: found.flatMap(({ readAs }) => readAs),
    };
  }
}

function toQuestion({ a = '', b = '', c = '', query }: AnalogyItem): AskedAnalogy {
  const parsed = query === undefined ? undefined : parseAnalogyQuery(query);
  return parsed ? { ...parsed, field: 'query' } : { a, b, c };
}
