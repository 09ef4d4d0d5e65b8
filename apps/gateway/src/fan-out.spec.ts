import fc from 'fast-check';
import { setImmediate as nextRound } from 'node:timers/promises';
import { inGroups, weightOfTexts } from './fan-out';

const MOST_ITEMS = 32;
const MOST_WEIGHT = 65_536;

/** The groups that a list of weights is asked for in. */
function groupsOf(weights: readonly number[]): Promise<number[][]> {
  return inGroups(weights, (weight) => weight, (group) => Promise.resolve(group));
}

function sum(weights: readonly number[]): number {
  return weights.reduce((total, weight) => total + weight, 0);
}

describe('inGroups', () => {
  it.each([
    ['nothing', [], []],
    ['one item', [7], [[7]]],
    ['items that fill a group to its weight', [MOST_WEIGHT - 1, 1], [[MOST_WEIGHT - 1, 1]]],
    ['an item that is one too heavy for the group', [MOST_WEIGHT - 1, 2], [[MOST_WEIGHT - 1], [2]]],
    ['an item of a whole group', [1, MOST_WEIGHT, 1], [[1], [MOST_WEIGHT], [1]]],
    ['an item heavier than a group', [1, 2, 1_000_000, 3, 4], [[1, 2], [1_000_000], [3, 4]]],
    ['nothing but items heavier than a group', [70_000, 80_000], [[70_000], [80_000]]],
    ['a light item that an earlier group had room for', [1, 65_536, 2, 65_535, 1], [[1], [65_536], [2], [65_535, 1]]],
    ['items without weight after a full group', [MOST_WEIGHT, 0, 0], [[MOST_WEIGHT, 0, 0]]],
  ])('asks for %s without changing the order', async (_what, weights, groups) => {
    expect(await groupsOf(weights)).toEqual(groups);
  });

  it.each([
    [31, [31]],
    [32, [32]],
    [33, [32, 1]],
    [256, [32, 32, 32, 32, 32, 32, 32, 32]],
  ])('asks for %i light items in groups of at most 32', async (count, lengths) => {
    const groups = await groupsOf(Array.from({ length: count }, () => 1));
    expect(groups.map(({ length }) => length)).toEqual(lengths);
  });

  it('makes groups that together are the list, within both limits, and as few as the order allows', async () => {
    const weight = fc.oneof(fc.nat(100), fc.integer({ min: 20_000, max: 40_000 }), fc.integer({ min: 65_000, max: 70_000 }));
    const weights = fc.oneof(fc.array(weight, { maxLength: 80 }), fc.array(fc.nat(3_000), { minLength: 60, maxLength: 120 }));
    await fc.assert(
      fc.asyncProperty(weights, async (list) => {
        const groups = await groupsOf(list);
        expect(groups.flat()).toEqual(list);
        for (const [i, group] of groups.entries()) {
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(MOST_ITEMS);
          if (group.length > 1) expect(sum(group)).toBeLessThanOrEqual(MOST_WEIGHT);
          const [next] = groups[i + 1] ?? [];
          if (next !== undefined) expect(group.length === MOST_ITEMS || sum(group) + next > MOST_WEIGHT).toBe(true);
        }
      }),
      { seed: 41, numRuns: 200 },
    );
  });

  it('tells each group the place of its first item in the list', async () => {
    const weights = [...Array.from({ length: 40 }, () => 1), 70_000, 1, 2];
    const places = await inGroups(weights, Number, (group, first) => Promise.resolve([first, group.length]));
    expect(places).toEqual([[0, 32], [32, 8], [40, 1], [41, 2]]);
  });

  it('asks for all groups before any reply has come, and gives the replies in the order of the list', async () => {
    const answers: (() => void)[] = [];
    const replies = inGroups([70_001, 70_002, 70_003], Number, (group) => {
      return new Promise<number[]>((resolve) => answers.push(() => { resolve(group); }));
    });
    while (answers.length < 3) await nextRound(); // each group waits for its turn, none for a reply
    for (const answer of answers.toReversed()) answer();
    expect(await replies).toEqual([[70_001], [70_002], [70_003]]);
  });

  it('lets others have their turns between groups that take long to ask for, though one of them failed already', async () => {
    const asked: number[] = [];
    let now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    await nextRound();
    await nextRound();
    const replies = inGroups([70_001, 70_002, 70_003], Number, ([weight]) => {
      asked.push(weight ?? 0);
      now += 1_000;
      return Promise.reject(new Error(`${weight} failed`));
    });
    expect(asked).toEqual([70_001]);
    await expect(replies).rejects.toThrow('70001 failed');
    jest.restoreAllMocks();
    expect(asked).toEqual([70_001, 70_002, 70_003]);
  });

  it('fails when one group fails', async () => {
    const fault = new Error('the second group failed');
    const replies = inGroups([70_001, 70_002], Number, ([first]) => (first === 70_002 ? Promise.reject(fault) : Promise.resolve(first)));
    await expect(replies).rejects.toBe(fault);
  });
});

it('a text weighs its characters', () => {
  expect(['', 'abc', '🙂'.repeat(3)].map(weightOfTexts)).toEqual([0, 3, 6]);
});
