import type { NeighboursResponse } from '@sigmalang/contracts';
import { questions, unrelatedWords } from './analogy-questions';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

async function neighbours(request: object): Promise<NeighboursResponse> {
  return bodyOf(await both.post('/v1/lexicon/neighbours', request)) as NeighboursResponse;
}

describe('the neighbours of a word', () => {
  it('are the words nearest to it, best first, without itself', async () => {
    const { results, unknown, readAs } = await neighbours({ word: 'king', topK: 20 });
    expect([unknown, readAs]).toEqual([[], []]);
    expect(results).toHaveLength(1);
    const [king] = results;
    const near = king?.neighbours.map(({ word }) => word) ?? [];
    expect(king?.word).toBe('king');
    expect(near).toHaveLength(20);
    expect(near).toEqual(expect.arrayContaining(['queen', 'prince']));
    expect(near).not.toContain('king');
    const cosines = king?.neighbours.map(({ similarity }) => similarity) ?? [];
    expect(cosines.toSorted((one, other) => other - one)).toEqual(cosines);
    expect(cosines.filter((cosine) => !(Math.abs(cosine) <= 1 + 1e-6))).toEqual([]);
  });

  it('are ten unless told, as many as asked for, and none below the threshold', async () => {
    const all = (await neighbours({ word: 'king', topK: 100 })).results[0]?.neighbours ?? [];
    expect(all).toHaveLength(100);
    expect((await neighbours({ word: 'king' })).results[0]?.neighbours).toEqual(all.slice(0, 10));
    const threshold = all[4]?.similarity ?? 0;
    const near = (await neighbours({ word: 'king', topK: 100, threshold })).results[0]?.neighbours;
    expect(near).toEqual(all.filter(({ similarity }) => similarity >= threshold));
    expect((await neighbours({ word: 'king', threshold: 1 })).results[0]?.neighbours).toEqual([]);
  });

  it('of many words come in the order of the words, the same as for each alone', async () => {
    const list = [...questions.flatMap(([query]) => query.replace('?', 'x').split(/:+/)), ...unrelatedWords];
    const { results } = await neighbours({ words: list, topK: 3 });
    expect(results.map(({ word }) => word)).toEqual(list);
    for (const [i, word] of list.entries()) expect((await neighbours({ word, topK: 3 })).results).toEqual([results[i]]);
  });

  it('of a word that is unknown are none, and it is named by its place in the whole list', async () => {
    const list = Array.from({ length: 70 }, (_word, i) => (i === 40 ? 'qqqxzv' : i === 60 ? "king's" : 'king'));
    const { results, unknown, readAs } = await neighbours({ words: list, topK: 1 });
    expect(results).toHaveLength(70);
    expect(results[40]).toEqual({ word: 'qqqxzv', neighbours: [] });
    expect(unknown.map(({ field, word }) => [field, word])).toEqual([['words[40]', 'qqqxzv']]);
    expect(readAs).toEqual([{ field: 'words[60]', word: "king's", as: 'king' }]);
    expect((await neighbours({ word: 'qqqxzv' })).unknown).toMatchObject([{ field: 'word', word: 'qqqxzv' }]);
  });
});
