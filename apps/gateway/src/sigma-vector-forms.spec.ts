import fc from 'fast-check';
import { type RestNoisySigmaVector, type RestSigmaVector, ServiceError, type SigmaVectorHeader, type VectorOutput } from '@sigmalang/contracts';
import { sigmaGeometry, sigmaVector, sigmaVectorToBase64 } from '@sigmalang/codec';
import { bitAt, fromBits, maskOfSpans, symbolVector, toBase64, toBipolar, toBitString } from '@sigmalang/vector';
import { boundReply, packNoisyVector, packSigmaVector, writeResult } from './sigma-vector-forms';

const OUTPUTS: readonly VectorOutput[] = ['base64', 'bits', 'bipolar'];

function headerOf(dimensions: number) {
  const { semanticBits, sequenceBits } = sigmaGeometry(dimensions);
  return { version: 1, dimensions, semanticBits, sequenceBits, tokens: 5, chunk: 2, chunks: 7, model: 'm@1', semanticEmpty: false };
}

/** The result of a text that takes one vector. */
function resultWith(header: SigmaVectorHeader, symbol = 'bits') {
  const data = sigmaVectorToBase64(sigmaVector(header, symbolVector(symbol, header.dimensions)));
  return { vectors: [{ data, header }], tokens: 5, bytesIn: 20, bytesOut: 596, ratio: 29.8 };
}

async function dataIn(output: VectorOutput): Promise<string | number[] | undefined> {
  return (await writeResult(resultWith(headerOf(4_096)), output)).vectors[0]?.data;
}

function failureOf(vector: RestNoisySigmaVector, field = 'items[1].vectors[3]'): unknown {
  try {
    return packNoisyVector(vector, field);
  } catch (error) {
    return error;
  }
}

const header = headerOf(4_096);
const bits = '01'.repeat(2_048);

describe('the forms of a Σ-vector', () => {
  it('are all packed into the bits and the header that they were written from', async () => {
    const vectors = fc.tuple(fc.constantFrom(...OUTPUTS), fc.constantFrom(4_096, 4_112, 10_000, 65_536), fc.string());
    await fc.assert(
      fc.asyncProperty(vectors, async ([output, dimensions, symbol]) => {
        const result = resultWith(headerOf(dimensions), symbol);
        const { vectors: written } = await writeResult(result, output);
        const packed = written.map((vector) => packSigmaVector(vector, 'vectors[0]').data);
        expect(packed).toEqual(result.vectors.map(({ data }) => data));
      }),
      { seed: 42, numRuns: 40 },
    );
  });

  it('are base64, a string of 0 and 1, and a list of 1 for 0 and -1 for 1', async () => {
    const vector = symbolVector('bits', 4_096);
    const digits = Array.from({ length: 4_096 }, (_digit, i) => bitAt(vector, i));
    expect(await dataIn('base64')).toBe(resultWith(header).vectors[0]?.data);
    expect(await dataIn('bits')).toBe(digits.join(''));
    expect(await dataIn('bipolar')).toEqual(digits.map((digit) => (digit === 1 ? -1 : 1)));
  });
});

describe('packSigmaVector', () => {
  it.each([
    ['its header', { data: 'zqMB', header }],
    ['no header', { data: 'zqMB' }],
    ['a header of other data', { data: 'zqMB', header: { ...header, tokens: 6 } }],
  ])('hands base64 with %s on as it came, for the service to read', (_what, vector) => {
    expect(packSigmaVector(vector, 'a')).toEqual(vector);
  });

  it.each<[what: string, RestSigmaVector['data']]>([
    ['a string of bits', bits],
    ['a list of bits', Array.from(bits, (bit) => (bit === '1' ? -1 : 1))],
  ])('refuses %s without a header, naming the field that is missing', (_what, data) => {
    const message = 'items[1].vectors[3].header is needed beside data of bare bits';
    const failure = failureOf({ data });
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      code: 'INVALID_REQUEST',
      message,
      errors: [{ field: 'items[1].vectors[3].header', rule: 'required', message }],
    });
  });

  it.each<[what: string, RestSigmaVector['data'], Partial<SigmaVectorHeader>, rule: string]>([
    ['fewer bits than its header says', bits.slice(16), {}, 'bits'],
    ['more numbers than its header says', Array.from({ length: 4_112 }, () => 1), {}, 'bits'],
    ['fewer bits than any vector has', '01', {}, 'bits'],
    ['no bits', [], {}, 'bits'],
    ['a header of an impossible size, with as many bits', '01'.repeat(2_050), { dimensions: 4_100 }, 'geometry'],
    ['a number that is neither 1 nor -1', [...Array.from({ length: 4_095 }, () => 1), 0], {}, 'bipolar'],
    ['a header of another version', bits, { version: 2 }, 'version'],
    ['a header of an impossible size', bits, { dimensions: 4_100 }, 'geometry'],
    ['a header that divides the bits otherwise', bits, { semanticBits: 1_040, sequenceBits: 3_056 }, 'geometry'],
    ['a header of more tokens than fit', bits, { tokens: 38 }, 'tokens'],
    ['a header of a chunk beyond the last', bits, { chunk: 7 }, 'chunk'],
    ['a header without a model', bits, { model: '' }, 'model'],
  ])('refuses %s, naming the vector', (_what, data, changes, rule) => {
    const failure = failureOf({ data, header: { ...header, ...changes } });
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^items\[1\]\.vectors\[3\]: /) as string,
      errors: [{ field: 'items[1].vectors[3]', rule }],
    });
  });
});

describe('packNoisyVector', () => {
  const data = resultWith(header).vectors[0]?.data ?? '';
  const spans = [{ start: 100, length: 1_000 }, { start: 4_095, length: 1 }];
  const mask = maskOfSpans(spans, 4_096);
  const copy = symbolVector('copy', 4_096);
  const packedCopy = sigmaVectorToBase64(sigmaVector(header, copy));

  it('packs a vector without mask and copies as packSigmaVector does', () => {
    for (const vector of [{ data }, { data, header }, { data: bits, header }, { data, copies: [] }]) {
      const { data: only, header: given } = vector as RestSigmaVector;
      expect(packNoisyVector(vector, 'a')).toEqual(packSigmaVector({ data: only, ...(given && { header: given }) }, 'a'));
    }
  });

  it.each<[what: string, erased: NonNullable<RestNoisySigmaVector['erased']>]>([
    ['base64', toBase64(mask)],
    ['a string of 0 and 1', toBitString(mask)],
    ['spans', spans],
    ['spans that overlap, in any order', [{ start: 4_095, length: 1 }, { start: 600, length: 500 }, { start: 100, length: 501 }]],
  ])('packs a mask that is %s', (_what, erased) => {
    expect(packNoisyVector({ data, erased }, 'a')).toEqual({ data, erased: toBase64(mask) });
    expect(packNoisyVector({ data: bits, header, erased }, 'a')).toMatchObject({ erased: toBase64(mask) });
  });

  it('takes a mask whose base64 happens to be of 0 and 1 alone for base64, since it has not as many as there are dimensions', () => {
    const digits = '01'.repeat(344); // 516 bytes: base64 without padding
    const vector = sigmaVectorToBase64(sigmaVector(headerOf(4_128), symbolVector('bits', 4_128)));
    expect(packNoisyVector({ data: vector, erased: digits }, 'a')).toEqual({ data: vector, erased: digits });
  });

  it.each<[what: string, erased: NonNullable<RestNoisySigmaVector['erased']>, packed: string]>([
    ['no span', [], toBase64(fromBits(4_096, () => 0))],
    ['every bit', [{ start: 0, length: 4_096 }], toBase64(fromBits(4_096, () => 1))],
    ['what is no mask, for the service to read,', '!', '!'],
    ['nothing, for the service to read,', '', ''],
  ])('packs a mask of %s', (_what, erased, packed) => {
    expect(packNoisyVector({ data, erased }, 'a').erased).toBe(packed);
  });

  it.each<[what: string, vector: RestNoisySigmaVector]>([
    ['base64', { data, copies: [packedCopy, packedCopy] }],
    ['bits under the header beside the data', { data, header, copies: [toBitString(copy), packedCopy] }],
    ['bits under the header within the data', { data, copies: [toBitString(copy), toBipolar(copy)] }],
    ['bits beside bits', { data: toBitString(symbolVector('bits', 4_096)), header, copies: [toBipolar(copy), toBitString(copy)] }],
  ])('packs copies that are %s', (_what, vector) => {
    expect(packNoisyVector(vector, 'a')).toMatchObject({ data, copies: [packedCopy, packedCopy] });
  });

  it.each<[what: string, vector: RestNoisySigmaVector, field: string, rule: string]>([
    ['a digit too few in its mask', { data, erased: '0'.repeat(4_095) }, '.erased', 'erased'],
    ['a digit too many in its mask', { data, erased: '1'.repeat(4_097) }, '.erased', 'erased'],
    ['a span past its end', { data, erased: [{ start: 4_000, length: 97 }] }, '.erased', 'range'],
    ['a span, in data that cannot be read', { data: data.slice(0, -4), erased: spans }, '', 'truncated'],
    ['a span, beside a header of another vector', { data, header: { ...header, tokens: 6 }, erased: spans }, '', 'header'],
    ['a copy of fewer bits', { data, copies: [packedCopy, bits.slice(16)] }, '.copies[1]', 'bits'],
    ['a copy of no bits', { data, header, copies: [[]] }, '.copies[0]', 'bits'],
    ['a copy of bits, in data that cannot be read', { data: 'zqMB', copies: [bits] }, '', 'truncated'],
    ['bits without a header, with copies', { data: bits, copies: [packedCopy] }, '.header', 'required'],
  ])('refuses a vector with %s, naming what is wrong', (_what, vector, field, rule) => {
    const failure = failureOf(vector);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: `items[1].vectors[3]${field}`, rule }] });
  });
});

describe('what a wrong number of bits is told', () => {
  const { data = '' } = resultWith(header).vectors[0] ?? {};

  it.each<[what: string, copy: string | number[], message: string]>([
    ['a few digits', '0101', 'expected 4096 digits of 0 and 1, found 4'],
    ['a digit too few', bits.slice(1), 'expected 4096 digits of 0 and 1, found 4095'],
    ['a digit too many', `${bits}1`, 'expected 4096 digits of 0 and 1, found 4097'],
    ['no number', [], 'expected 4096 numbers of 1 and -1, found 0'],
    ['more numbers than any vector has', Array.from({ length: 65_537 }, () => 1), 'expected 4096 numbers of 1 and -1, found 65537'],
  ])('is how many were expected and found, in a copy of %s', (_what, copy, message) => {
    expect(failureOf({ data, copies: [copy] }, 'vectors[0]')).toMatchObject({ message: `vectors[0].copies[0]: ${message}` });
  });

  it('is the same of the vector itself', () => {
    expect(failureOf({ data: '0101', header }, 'vectors[0]')).toMatchObject({ message: 'vectors[0]: expected 4096 digits of 0 and 1, found 4' });
  });
});

describe('boundReply', () => {
  it.each<[vectors: number, dimensions: number | undefined, VectorOutput]>([
    [512, 65_536, 'bits'],
    [204, 65_536, 'bipolar'],
    [1_342, 10_000, 'bipolar'],
    [1_342, undefined, 'bipolar'],
  ])('takes %i vectors of dimensions %s as %s, and refuses one more, which would be over 32 MiB', (vectors, dimensions, output) => {
    expect(() => { boundReply(vectors, dimensions, output); }).not.toThrow();
    expect(() => { boundReply(vectors + 1, dimensions, output); }).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('33554432 bytes') as string }) as Error,
    );
  });

  it.each<VectorOutput | undefined>([undefined, 'base64'])('takes as many vectors as a call carries where they stay packed (%s)', (output) => {
    expect(() => { boundReply(2_048, 65_536, output); }).not.toThrow();
  });
});

describe('writeResult', () => {
  it('writes the embedding as numbers and leaves the measures and headers as they are', async () => {
    const { vectors, ...measures } = resultWith(header);
    const embedding = Buffer.from(Float32Array.of(1, -0.5, 0).buffer).toString('base64');
    const written = await writeResult({ vectors, ...measures, embedding }, 'bits');
    expect(written).toEqual({ ...measures, vectors: [{ data: await dataIn('bits'), header }], embedding: [1, -0.5, 0] });
  });

  it('has no embedding where there is none', async () => {
    expect(await writeResult(resultWith(header), 'base64')).not.toHaveProperty('embedding');
  });
});
