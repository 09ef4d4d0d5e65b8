import fc from 'fast-check';
import { fromEmbeddingBytes, toEmbeddingBytes } from './embedding-bytes';

describe('the bytes of embeddings', () => {
  it('are float32 little-endian, one after the other', () => {
    expect(toEmbeddingBytes([Float32Array.of(1, -2), Float32Array.of(0.5, 0)], 2).toString('hex')).toBe('0000803f000000c00000003f00000000');
  });

  it('give back the same numbers, wherever in memory they are', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, minLength: 1 }), fc.nat(7), (embedding, offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset), toEmbeddingBytes([embedding], embedding.length)]).subarray(offset);
        expect(fromEmbeddingBytes(bytes)).toEqual(embedding);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('are of embeddings of the dimensions they must have', () => {
    expect(() => toEmbeddingBytes([Float32Array.of(1)], 2)).toThrow(TypeError);
  });
});
