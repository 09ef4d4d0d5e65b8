import { activeKernels, cosineFromHamming, hammingDistance, sliceVector } from '@sigmalang/vector';
import { prepareProjection, projectEmbedding } from './semantic-projection';

describe('projectEmbedding', () => {
  it.each([1, 2, 256])('gives nothing for a zero embedding of %i values', (length) => {
    expect(projectEmbedding(new Float32Array(length), 2_048)).toBeUndefined();
  });

  it('gives fewer bits as the first of more', () => {
    const embedding = Float32Array.of(0.6, -0.8, 0.1);
    const all = projectEmbedding(embedding, 2_048);
    if (!all) throw new Error('a vector expected');
    expect(all.dimensions).toBe(2_048);
    expect(projectEmbedding(embedding, 1_024)).toEqual(sliceVector(all, 0, 1_024));
  });

  it.each([
    ['equal', [1, 0, 0, 0], 1],
    ['opposite', [-1, 0, 0, 0], -1],
    ['at right angles', [0, 0, 1, 0], 0],
    ['60° apart', [0.5, Math.sqrt(0.75), 0, 0], 0.5],
  ])('keeps the angle of embeddings that are %s', (_what, other, cosine) => {
    const first = projectEmbedding(Float32Array.of(1, 0, 0, 0), 2_048);
    const second = projectEmbedding(Float32Array.from(other), 2_048);
    if (!first || !second) throw new Error('two vectors expected');
    const estimate = cosineFromHamming(hammingDistance(first, second), 2_048);
    expect(Math.abs(estimate - cosine)).toBeLessThan(0.1);
  });

  it('gives the same bits whatever was projected before', () => {
    const first = projectEmbedding(Float32Array.of(1, 2, 3), 2_048);
    projectEmbedding(Float32Array.of(1, 2), 1_024);
    projectEmbedding(Float32Array.of(3, 2, 1), 2_048);
    expect(projectEmbedding(Float32Array.of(1, 2, 3), 2_048)).toEqual(first);
  });
});

describe('prepareProjection', () => {
  it('leaves nothing to make for the first embedding of so many values', () => {
    prepareProjection(5);
    const allocate = jest.spyOn(activeKernels, 'allocate');
    expect(projectEmbedding(Float32Array.of(1, 2, 3, 4, 5), 2_048)?.dimensions).toBe(2_048);
    expect(allocate).not.toHaveBeenCalled();
    projectEmbedding(Float32Array.of(1, 2, 3, 4, 5, 6), 2_048);
    expect(allocate).toHaveBeenCalledTimes(1);
    allocate.mockRestore();
  });
});
