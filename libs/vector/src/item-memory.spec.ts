import { bundle, similarity } from './algebra';
import { type Hypervector, zeroVector } from './hypervector';
import { ItemMemory } from './item-memory';
import { bitAt, fromBits } from './packing';
import { SeededGenerator } from './seeded-generator';
import { symbolVector } from './symbol-vector';
import { activeKernels } from './vector-kernels';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

const disturbed = (vector: Hypervector, rate: number): Hypervector => {
  const noise = new SeededGenerator('noise');
  return fromBits(vector.dimensions, (i) => bitAt(vector, i) ^ Number(noise.nextUniform() < rate));
};

describe('ItemMemory', () => {
  const memory = new ItemMemory(4096, { seed: 1 });
  const symbols = Array.from({ length: 100 }, (_, i) => `item-${i}`);
  for (const symbol of symbols) memory.add(symbol);

  it('finds a symbol again from its vector with 35 % of the bits flipped', () => {
    for (const symbol of symbols) {
      const [nearest] = memory.nearest(disturbed(symbolVector(symbol, 4096, 1), 0.35));
      expect(nearest?.symbol).toBe(symbol);
      expect(nearest?.similarity).toBeCloseTo(0.3, 1);
    }
  });

  it('ranks all symbols as a full sort of the similarities does', () => {
    const query = bundle(symbols.slice(10, 13).map((symbol) => symbolVector(symbol, 4096, 1)));
    const ranked = symbols
      .map((symbol) => ({ symbol, similarity: similarity(query, symbolVector(symbol, 4096, 1)) }))
      .toSorted((a, b) => b.similarity - a.similarity);
    expect(memory.nearest(query, 7)).toEqual(ranked.slice(0, 7));
    expect(memory.nearest(query, 1000)).toEqual(ranked);
  });

  it('names equally similar symbols in the order in which they were added', () => {
    const equals = new ItemMemory(1024);
    for (const symbol of ['z', 'm', 'a']) equals.add(symbol, zeroVector(1024));
    expect(equals.nearest(zeroVector(1024), 2).map(({ symbol }) => symbol)).toEqual(['z', 'm']);
  });

  it('knows its size and gives a copy of a vector, and nothing for an unknown symbol', () => {
    expect(memory.size).toBe(100);
    const vector = memory.get('item-40');
    expect(vector).toEqual(symbolVector('item-40', 4096, 1));
    vector?.words.fill(0);
    expect(memory.get('item-40')).toEqual(symbolVector('item-40', 4096, 1));
    expect(memory.get('nobody')).toBeUndefined();
  });

  it('is empty after it is disposed of, and leaves its room to others', () => {
    const allocate = jest.spyOn(activeKernels, 'allocate');
    for (let i = 0; i < 2000; i++) {
      using brief = new ItemMemory(65_536);
      for (const symbol of symbols) brief.add(symbol, zeroVector(65_536));
      if (i === 0) {
        brief[Symbol.dispose]();
        expect([brief.size, brief.nearest(zeroVector(65_536))]).toEqual([0, []]);
      }
    }
    expect(allocate.mock.results.filter(({ type }) => type === 'throw')).toEqual([]);
    allocate.mockRestore();
  });

  it('works where the kernels have no room left', () => {
    const allocate = jest.spyOn(activeKernels, 'allocate').mockImplementation(() => {
      throw new RangeError('no room');
    });
    const late = new ItemMemory(65_536);
    for (let i = 0; i < 1000; i++) late.add(`item-${i}`);
    expect(late.nearest(symbolVector('item-777', 65_536))).toEqual([{ symbol: 'item-777', similarity: 1 }]);
    expect(allocate).toHaveBeenCalled();
    allocate.mockRestore();
    late[Symbol.dispose]();
  });

  it('is empty at first', () => {
    expect(new ItemMemory(1024).nearest(zeroVector(1024), 3)).toEqual([]);
  });

  it.each([
    ['duplicate', () => { memory.add('item-3'); }],
    ['mismatch', () => { memory.add('other', zeroVector(1024)); }],
    ['mismatch', () => memory.nearest(zeroVector(1024))],
    ['range', () => memory.nearest(zeroVector(4096), 0)],
    ['range', () => memory.nearest(zeroVector(4096), 1.5)],
    ['dimensions', () => new ItemMemory(10)],
  ])('refuses with reason %s', (reason, action) => {
    expect(action).toThrow(refusal(reason));
  });
});
