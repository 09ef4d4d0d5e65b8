import fc from 'fast-check';
import { SeededGenerator } from '@sigmalang/vector';
import { encodeChunk } from './chunk-vector';
import { sigmaGeometry } from './geometry';
import { type Noise, noiseTrial } from './noise-trial';
import { testVocabulary } from './test-vocabulary';
import { TextCodec } from './text-codec';

const codec = new TextCodec(testVocabulary());
const settings = { seed: 31, numRuns: 12 };

/** Every number of dimensions that a Σ-vector may have; most of those drawn are small, since time grows with their square. */
const dimensions = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 256, max: 700 }) },
  { weight: 1, arbitrary: fc.integer({ min: 700, max: 4096 }) },
).map((sixteenths) => 16 * sixteenths);

/** How many of some full chunks of random digits are read right, and how many with a certificate. */
function measure(size: number, noise: Noise, trials: number): { right: number; certified: number } {
  const { sequenceBits, tokensPerChunk } = sigmaGeometry(size);
  const generator = new SeededGenerator(`noise:${size}`);
  let [right, certified] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const { decoded, isRight } = noiseTrial(sequenceBits, 2 * tokensPerChunk, noise, generator);
    right += Number(isRight);
    certified += Number(decoded.isCertified);
  }
  return { right, certified };
}

describe('for any number of dimensions', () => {
  it('a text comes back exactly, certified', () => {
    fc.assert(
      fc.property(dimensions, fc.string({ unit: 'binary', maxLength: 300 }), (size, text) => {
        const chunks = codec.splitIntoChunks(text, size);
        const decoded = chunks.map((chunk, i) =>
          codec.decodeChunk(encodeChunk(chunk, undefined, { chunk: i, chunks: chunks.length, model: 'none' })),
        );
        expect(decoded.map((chunk) => chunk.text).join('')).toBe(text);
        expect(decoded.every((chunk) => chunk.exact && chunk.confidence === 1 && chunk.bitErrors === 0)).toBe(true);
      }),
      settings,
    );
  });

  it.each([
    ['a tenth of the bits flipped', { flipRate: 0.1 }, 0],
    ['a fifth of the bits erased', { erasedShare: 0.2 }, 3],
    ['a fifth erased and a twentieth flipped', { erasedShare: 0.2, flipRate: 0.05 }, 0],
    ['three copies with a fifth of the bits flipped', { copies: 3, flipRate: 0.2 }, 0],
    ['two copies without noise', { copies: 2 }, 3],
  ] as const)('full chunks come back right with %s', (_what, noise, certified) => {
    fc.assert(
      fc.property(dimensions, (size) => {
        expect(measure(size, noise, 3)).toEqual({ right: 3, certified });
      }),
      settings,
    );
  });
});

describe('full chunks of 10,000 dimensions', () => {
  it.each([
    ['a tenth of the bits flipped', { flipRate: 0.1 }, 0],
    ['a known fifth of the bits erased', { erasedShare: 0.2 }, 200],
    ['15 % of the bits flipped', { flipRate: 0.15 }, 0],
    ['five copies with 30 % of the bits flipped', { copies: 5, flipRate: 0.3 }, 0],
  ] as const)('come back right, 200 of 200, with %s', (_what, noise, certified) => {
    expect(measure(10_000, noise, 200)).toEqual({ right: 200, certified });
  });

  it('are never certified wrongly, nor claimed, with more noise than lets anything through', () => {
    expect(measure(10_000, { flipRate: 0.35 }, 30)).toEqual({ right: 0, certified: 0 });
  });
});
