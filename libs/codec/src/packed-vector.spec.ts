import { symbolVector } from '@sigmalang/vector';
import { readPackedVector } from './packed-vector';
import { sigmaVector, sigmaVectorToBase64 } from './sigma-vector';

const header = { version: 1, dimensions: 4096, semanticBits: 1024, sequenceBits: 3072, tokens: 2, chunk: 0, chunks: 1, model: 'm' };
const vector = sigmaVector(header, symbolVector('bits', 4096));
const data = sigmaVectorToBase64(vector);

describe('readPackedVector', () => {
  it('reads base64 alone and beside a copy of its header', () => {
    expect(readPackedVector({ data })).toEqual(vector);
    expect(readPackedVector({ data, header: vector.header })).toEqual(vector);
  });

  it.each([
    ['tokens', { tokens: 3 }],
    ['model', { model: 'other' }],
    ['semanticEmpty', { semanticEmpty: true }],
  ])('refuses a header that says another %s than the data', (field, change) => {
    const refusal = expect.objectContaining({ name: 'SigmaVectorError', reason: 'header' }) as Error;
    const packed = { data, header: { ...vector.header, ...change } };
    expect(() => readPackedVector(packed)).toThrow(refusal);
    expect(() => readPackedVector(packed)).toThrow(`another ${field}`);
  });
});
