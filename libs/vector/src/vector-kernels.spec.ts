import * as usual from './index';

type Vectors = typeof usual;

/** This library as it is where the WebAssembly does not load. */
async function withoutWebAssembly(): Promise<Vectors> {
  let loaded: Vectors | undefined;
  await jest.isolateModulesAsync(async () => {
    jest.doMock('./kernels.gen', () => ({ KERNELS: '' }));
    loaded = await import('./index');
  });
  jest.dontMock('./kernels.gen');
  if (!loaded) throw new Error('the library expected');
  return loaded;
}

describe('where the WebAssembly does not load', () => {
  let plain: Vectors;
  beforeAll(async () => {
    plain = await withoutWebAssembly();
  });

  /** What an action makes with either library. */
  function outcomes<Outcome>(action: (vectors: Vectors) => Outcome): Outcome[] {
    return [usual, plain].map(action);
  }

  it('the kernels in plain JavaScript take its place', () => {
    expect(outcomes(({ activeKernels }) => activeKernels.name)).toEqual(['wasm', 'plain']);
  });

  it.each<[what: string, action: (vectors: Vectors) => unknown]>([
    ['symbol vectors', ({ symbolVector }) => symbolVector('any', 10_000)],
    ['binding', ({ bind, symbolVector }) => bind(symbolVector('a', 1_030), symbolVector('b', 1_030))],
    ['bundles of many', ({ bundle, symbolVector }) => bundle(Array.from({ length: 40 }, (_vector, i) => symbolVector(`${i}`, 10_000)))],
    ['distances', ({ hammingDistance, symbolVector }) => hammingDistance(symbolVector('a', 4_112), symbolVector('b', 4_112))],
    ['projections', ({ SignProjection }) => new SignProjection(20, 2_048).project(Float32Array.from({ length: 20 }, (_value, i) => Math.sin(i)))],
    ['clean-up', ({ ItemMemory, symbolVector }) => {
      const memory = new ItemMemory(2_048);
      for (const name of ['a', 'b', 'c', 'd']) memory.add(name, symbolVector(name, 2_048));
      return memory.nearest(symbolVector('c', 2_048), 3);
    }],
  ])('%s are the same, bit for bit', (_what, action) => {
    const [expected, found] = outcomes(action);
    expect(found).toEqual(expected);
  });
});
