import type { ExplainAnalogyRequest } from '@sigmalang/contracts';
import { BaseConfig, type WorkerProgram, Workers } from '@sigmalang/runtime';
import { analogyProgram } from './analogy-program';
import { AnalogyService } from './analogy.service';

/** Answers each item with what `answers` has for its task, and notes what it is asked. */
class FakeWorkers extends Workers {
  readonly used: unknown[] = [];
  readonly asked: { program: unknown; task: string; items: readonly unknown[]; options: readonly unknown[] }[] = [];

  constructor(private readonly answers: Readonly<Record<string, (item: never) => unknown>>) {
    super(new BaseConfig());
  }

  override use<Tasks>(program: WorkerProgram<Tasks>): void {
    this.used.push(program);
  }

  override map(program: unknown, task: string, items: readonly unknown[], ...options: readonly unknown[]): Promise<never> {
    this.asked.push({ program, task, items, options });
    return Promise.resolve(items.flatMap((item) => this.answers[task]?.(item as never) ?? []) as never);
  }
}

/** The service, the only call that its threads got, and the answer. */
async function call<Result>(answers: Readonly<Record<string, (item: never) => unknown>>, ask: (service: AnalogyService) => Promise<Result>): Promise<{ result: Result; asked: FakeWorkers['asked'][number] }> {
  const workers = new FakeWorkers(answers);
  const service = new AnalogyService(workers);
  expect(workers.used).toEqual([analogyProgram]);
  const result = await ask(service);
  const [asked] = workers.asked;
  if (!asked || workers.asked.length > 1) throw new Error('one call of the threads expected');
  expect(asked.program).toBe(analogyProgram);
  return { result, asked };
}

const kings = { a: 'king', b: 'queen', c: 'man' };

describe('solving', () => {
  const solve = (item: { c: string }): unknown => ({ answer: `of ${item.c}` });

  it('is by relation, for five answers of any confidence, unless said otherwise', async () => {
    const { asked } = await call({ solve }, (service) => service.solve({ questions: [kings] }));
    expect(asked).toMatchObject({ task: 'solve', items: [kings], options: [{ method: 'relation', topK: 5, threshold: 0, candidates: undefined }] });
  });

  it('is as it is asked for', async () => {
    const settings = { method: 'mul' as const, topK: 2, threshold: 0.5, candidates: ['Queen', 'throne'] };
    const { asked } = await call({ solve }, (service) => service.solve({ questions: [kings], ...settings }));
    expect(asked.options).toEqual([settings]);
  });

  it('is of each question, one to a thread, in their order', async () => {
    const questions = [kings, { query: 'boy is to girl as ? is to aunt' }, { query: 'paris:france::rome:?' }];
    const { result, asked } = await call({ solve }, (service) => service.solve({ questions }));
    expect(asked.items).toEqual([kings, { a: 'girl', b: 'boy', c: 'aunt', field: 'query' }, { a: 'paris', b: 'france', c: 'rome', field: 'query' }]);
    expect(result).toEqual({ results: [{ answer: 'of man' }, { answer: 'of aunt' }, { answer: 'of rome' }] });
  });
});

describe('explaining', () => {
  const request: ExplainAnalogyRequest = { ...kings, d: 'woman', depth: 3 };

  it('is of the request as it is', async () => {
    const { result, asked } = await call({ explain: ({ d }: ExplainAnalogyRequest) => ({ explanation: `because of ${d}` }) }, (service) => service.explain(request));
    expect(asked).toMatchObject({ task: 'explain', items: [request] });
    expect(result).toEqual({ explanation: 'because of woman' });
  });

  it('fails where there is no answer', async () => {
    await expect(new AnalogyService(new FakeWorkers({})).explain(request)).rejects.toThrow('there is no explanation');
  });
});

describe('neighbours', () => {
  const neighbours = ({ word, field }: { word: string; field: string }): unknown => ({
    word,
    neighbours: [{ word: `${word}s`, similarity: 0.5 }],
    unknown: word === 'zzxqy' ? [{ field, word, nearest: [] }] : [],
    readAs: word === 'São' ? [{ field, word, as: 'sao' }] : [],
  });

  it('are ten of any similarity, unless said otherwise', async () => {
    const { result, asked } = await call({ neighbours }, (service) => service.neighbours({ word: 'king' }));
    expect(asked).toMatchObject({ task: 'neighbours', items: [{ word: 'king', field: 'word' }], options: [{ topK: 10, threshold: -1 }] });
    expect(result).toEqual({ results: [{ word: 'king', neighbours: [{ word: 'kings', similarity: 0.5 }] }], unknown: [], readAs: [] });
  });

  it('are of each of several words, with what is to be said of all', async () => {
    const { result, asked } = await call({ neighbours }, (service) => service.neighbours({ words: ['king', 'zzxqy', 'São'], topK: 3, threshold: 0.4 }));
    expect(asked.items).toEqual([{ word: 'king', field: 'words[0]' }, { word: 'zzxqy', field: 'words[1]' }, { word: 'São', field: 'words[2]' }]);
    expect(asked.options).toEqual([{ topK: 3, threshold: 0.4 }]);
    expect(result.results.map(({ word }) => word)).toEqual(['king', 'zzxqy', 'São']);
    expect(Object.keys(result.results[0] ?? {})).toEqual(['word', 'neighbours']);
    expect(result.unknown).toEqual([{ field: 'words[1]', word: 'zzxqy', nearest: [] }]);
    expect(result.readAs).toEqual([{ field: 'words[2]', word: 'São', as: 'sao' }]);
  });
});
