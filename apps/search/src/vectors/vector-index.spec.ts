import fc from 'fast-check';
import { exactCosine } from './exact-cosine';
import { kernelRoom, type KernelRoom } from './kernel-room';
import { bitmapOf } from './row-bitmap';
import { VectorIndex } from './vector-index';

/** What a list of changes leaves: embeddings by row, and the rows that were removed. */
class Model {
  readonly embeddings: Float32Array[] = [];
  readonly removed = new Set<number>();
  readonly index: VectorIndex;

  constructor(
    readonly dimensions: number,
    room?: KernelRoom,
  ) {
    this.index = new VectorIndex(dimensions, (row) => this.at(row), room);
  }

  at(row: number): Float32Array {
    return this.embeddings[row] ?? new Float32Array(this.dimensions);
  }

  add(embedding: Float32Array): void {
    this.index.add(this.embeddings.length, embedding);
    this.embeddings.push(embedding);
  }

  remove(row: number): void {
    this.index.remove(row);
    this.removed.add(row);
  }

  /** By the exact cosine of every row. */
  nearest(query: Float32Array, count: number, allowed?: ReadonlySet<number>): { rows: number[]; scores: number[]; total: number } {
    const found = this.embeddings
      .map((embedding, row) => ({ row, score: exactCosine(embedding, query) }))
      .filter(({ row }) => !this.removed.has(row) && (allowed?.has(row) ?? true) && this.at(row).some((value) => value !== 0));
    const best = [...found].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, query.some((value) => value !== 0) ? count : 0);
    return { rows: best.map(({ row }) => row), scores: best.map(({ score }) => score), total: found.length };
  }
}

/** An embedding around one of five centres, at unit length; sometimes all zero. */
function embeddingOf(seed: number, dimensions: number): Float32Array {
  const random = (i: number, salt: number) => (Math.imul(seed * 31 + salt, 0x9e3779b1) ^ Math.imul(i + 1, 0x85ebca6b)) / 2 ** 31;
  const centre = (i: number) => (Math.imul((seed % 5) + 1, Math.imul(i + 7, 0xc2b2ae35)) | 0) / 2 ** 31;
  if (seed % 17 === 0) return new Float32Array(dimensions);
  const vector = Float32Array.from({ length: dimensions }, (_, i) => centre(i) + 0.5 * random(i, 3));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const cases = fc.record({
  dimensions: fc.constantFrom(1, 2, 7, 8, 33, 100, 256),
  seeds: fc.array(fc.nat(10_000), { maxLength: 300 }),
  removals: fc.array(fc.nat(299), { maxLength: 60 }),
  allowed: fc.option(fc.uniqueArray(fc.nat(310), { maxLength: 300 }), { nil: undefined }),
  query: fc.nat(10_000),
  count: fc.integer({ min: 1, max: 20 }),
});

function plainRoom(): KernelRoom {
  let calls = 0;
  return { allocate: (bytes) => (calls++ % 3 === 1 ? kernelRoom.allocate(bytes) : new Uint8Array(bytes)), release: (room) => kernelRoom.release(room) };
}

describe.each([
  ['the memory of the kernels', () => kernelRoom],
  ['memory of which the kernels have only some', plainRoom],
])('nearest rows in %s', (_where, roomOf) => {
  it.each(['planned', 'scan', 'gather'] as const)('are those of the highest exact cosine (%s)', (strategy) => {
    fc.assert(
      fc.property(cases, ({ dimensions, seeds, removals, allowed, query, count }) => {
        const model = new Model(dimensions, roomOf());
        for (const seed of seeds) model.add(embeddingOf(seed, dimensions));
        for (const row of removals) model.remove(row);
        const bitmap = allowed && bitmapOf(311, allowed);
        const asked = embeddingOf(query, dimensions);
        const { rows, scores, total, plan } = model.index.nearest(asked, count, bitmap, strategy === 'planned' ? undefined : strategy);
        expect({ rows: [...rows], scores: [...scores], total }).toEqual(model.nearest(asked, count, allowed && new Set(allowed)));
        expect(plan).toBe('scan');
        model.index.close();
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it('are the same after saving and loading, and after further changes', () => {
    fc.assert(
      fc.property(cases, ({ dimensions, seeds, removals, allowed, query, count }) => {
        const model = new Model(dimensions);
        for (const seed of seeds) model.add(embeddingOf(seed, dimensions));
        for (const row of removals) model.remove(row);
        const loaded = VectorIndex.load(dimensions, (row) => model.at(row), Buffer.concat(model.index.save()), roomOf());
        const asked = embeddingOf(query, dimensions);
        const bitmap = allowed && bitmapOf(311, allowed);
        expect(loaded.nearest(asked, count, bitmap)).toEqual(model.index.nearest(asked, count, bitmap));
        expect([loaded.rows, loaded.size]).toEqual([model.index.rows, model.index.size]);
        const next = embeddingOf(query + 1, dimensions);
        loaded.add(loaded.rows, next);
        model.add(next);
        expect(loaded.nearest(asked, count)).toEqual(model.index.nearest(asked, count));
        for (const index of [loaded, model.index]) index.close();
      }),
      { seed: 12, numRuns: 60 },
    );
  });
});

describe('a vector index', () => {
  const units = (...rows: number[][]) => rows.map((row) => Float32Array.from(row));
  const three = () => {
    const model = new Model(2);
    for (const embedding of units([1, 0], [0, 1], [0.6, 0.8])) model.add(embedding);
    return model;
  };

  it('gives equal scores in the order of rows', () => {
    const model = new Model(2);
    for (let i = 0; i < 1_000; i++) model.add(Float32Array.of(0.6, 0.8));
    expect([...model.index.nearest(Float32Array.of(0, 1), 3).rows]).toEqual([0, 1, 2]);
    model.remove(1);
    expect([...model.index.nearest(Float32Array.of(0, 1), 3).rows]).toEqual([0, 2, 3]);
  });

  it('may leave rows out', () => {
    const index = new VectorIndex(2, () => Float32Array.of(1, 0));
    index.add(500, Float32Array.of(1, 0));
    expect(index.nearest(Float32Array.of(1, 0), 10)).toMatchObject({ rows: Uint32Array.of(500), total: 1 });
  });

  it('compares by the exact embedding, whatever the length of the query', () => {
    const { index } = three();
    expect(index.nearest(Float32Array.of(0, 20), 2)).toEqual({ rows: Uint32Array.of(1, 2), scores: Float64Array.of(1, 0.8), plan: 'scan', total: 3 });
    expect(index.cosine(2, Float32Array.of(3, 0))).toBe(0.6);
  });

  it('finds nothing with a query of zeros, and counts all the same', () => {
    expect(three().index.nearest(new Float32Array(2), 2)).toEqual({ rows: new Uint32Array(), scores: new Float64Array(), plan: 'scan', total: 3 });
  });

  it('finds nothing after it is closed', () => {
    const { index } = three();
    index.close();
    expect(index.nearest(Float32Array.of(1, 0), 2)).toMatchObject({ rows: new Uint32Array(), total: 0 });
  });

  it('gives back the memory of the kernels', () => {
    const given = new Set<number>();
    const room: KernelRoom = {
      allocate: (bytes) => {
        const bytesOf = kernelRoom.allocate(bytes);
        given.add(bytesOf.byteOffset);
        return bytesOf;
      },
      release: ({ byteOffset }) => given.delete(byteOffset),
    };
    const index = new VectorIndex(8, () => Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), room);
    for (let row = 0; row < 1_000; row++) index.add(row, Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0));
    for (const strategy of ['scan', 'gather'] as const) index.nearest(Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), 1, undefined, strategy);
    expect(given.size).toBeGreaterThan(2);
    index.close();
    expect(given.size).toBe(0);
  });

  it.each([
    ['another number of values', () => three().index.add(3, new Float32Array(3))],
    ['a value that is not finite', () => three().index.add(3, Float32Array.of(NaN, 0))],
    ['a row that was there before', () => three().index.add(2, Float32Array.of(1, 0))],
    ['a row that is no whole number', () => three().index.add(3.5, Float32Array.of(1, 0))],
    ['a query of other dimensions', () => three().index.nearest(new Float32Array(3), 1)],
    ['a query that is not finite', () => three().index.nearest(Float32Array.of(Infinity, 0), 1)],
    ['no results wanted', () => three().index.nearest(Float32Array.of(1, 0), 0)],
    ['no dimensions', () => new VectorIndex(0, () => new Float32Array())],
    ['too many dimensions', () => new VectorIndex(2_049, () => new Float32Array())],
  ])('refuses %s', (_what, action) => {
    expect(action).toThrow(RangeError);
  });
});

describe('saved vectors', () => {
  const saved = () => {
    const index = new VectorIndex(3, () => new Float32Array(3));
    index.add(0, Float32Array.of(1, 0, 0));
    index.add(1, new Float32Array(3));
    return Buffer.concat(index.save());
  };
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = saved();
    change(bytes);
    return bytes;
  };

  it('can be read piece by piece, as from a file', () => {
    const bytes = saved();
    const read = (into: Uint8Array, position: number) => bytes.copy(into, 0, position, position + Math.min(5, into.length));
    const index = VectorIndex.load(3, () => Float32Array.of(1, 0, 0), read);
    expect([index.rows, index.size, [...index.nearest(Float32Array.of(1, 1, 0), 2).scores]]).toEqual([2, 1, [0.707107]]);
  });

  it.each([
    ['nothing', 'truncated', Buffer.alloc(0)],
    ['a byte too few', 'truncated', saved().subarray(0, -1)],
    ['a byte too many', 'truncated', Buffer.concat([saved(), Buffer.alloc(1)])],
    ['more rows than there are', 'truncated', changed((bytes) => bytes.writeUInt32LE(0xffffffff, 12))],
    ['another kind of file', 'foreign', changed((bytes) => bytes.write('SQLi'))],
    ['other dimensions', 'foreign', changed((bytes) => bytes.writeUInt32LE(4, 8))],
    ['a later version', 'version', changed((bytes) => bytes.writeUInt32LE(2, 4))],
    ['a factor that cannot be', 'corrupt', changed((bytes) => bytes.writeFloatLE(-1, 16))],
    ['an infinite factor', 'corrupt', changed((bytes) => bytes.writeFloatLE(Infinity, 16))],
  ])('with %s are refused as %s', (_what, fault, bytes) => {
    expect(() => VectorIndex.load(3, () => new Float32Array(3), bytes)).toThrow(expect.objectContaining({ name: 'SavedVectorsError', fault }) as Error);
  });
});
