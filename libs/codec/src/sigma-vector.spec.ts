import fc from 'fast-check';
import { symbolVector } from '@sigmalang/vector';
import { sigmaGeometry } from './geometry';
import { HEADER_BYTES, MAX_SIGMA_VECTOR_BYTES, type SigmaHeader, validateHeader } from './sigma-header';
import {
  type SigmaVector,
  semanticSegment,
  sequenceSegment,
  sigmaVector,
  sigmaVectorFromBase64,
  sigmaVectorFromBytes,
  sigmaVectorToBase64,
  sigmaVectorToBytes,
} from './sigma-vector';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'SigmaVectorError', reason }) as Error;

const headerOf = (dimensions: number, changes: Partial<SigmaHeader> = {}): SigmaHeader => {
  const { semanticBits, sequenceBits } = sigmaGeometry(dimensions);
  return {
    version: 1,
    dimensions,
    semanticBits,
    sequenceBits,
    tokens: 5,
    chunk: 1,
    chunks: 3,
    model: 'wink-sg-100d',
    semanticEmpty: false,
    ...changes,
  };
};
const vectorOf = (dimensions: number, changes?: Partial<SigmaHeader>): SigmaVector =>
  sigmaVector(headerOf(dimensions, changes), symbolVector('bits', dimensions));

describe('a Σ-vector', () => {
  it('comes back from bytes and base64 as it was', () => {
    const vectors = fc
      .record({
        dimensions: fc.integer({ min: 256, max: 4096 }).map((n) => n * 16),
        tokens: fc.nat(37),
        chunks: fc.integer({ min: 1, max: 0xffffffff }),
        model: fc.constantFrom('m', 'wink-sg-100d', 'modèle/日本', 'x'.repeat(63)),
        semanticEmpty: fc.boolean(),
      })
      .map(({ dimensions, ...changes }) => vectorOf(dimensions, { ...changes, chunk: changes.chunks - 1 }));
    fc.assert(
      fc.property(vectors, (vector) => {
        const bytes = sigmaVectorToBytes(vector);
        expect(bytes).toHaveLength(HEADER_BYTES + vector.header.dimensions / 8);
        expect(sigmaVectorFromBytes(bytes)).toEqual(vector);
        expect(sigmaVectorFromBase64(sigmaVectorToBase64(vector))).toEqual(vector);
        expect(validateHeader(JSON.parse(JSON.stringify(vector.header)))).toEqual(vector.header);
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  it('has the layout that format version 1 promises', () => {
    const bytes = sigmaVectorToBytes(vectorOf(10_000, { semanticEmpty: true, chunks: 0x01020304 }));
    expect(Buffer.from(bytes.subarray(0, 34)).toString('hex')).toBe(
      'cea30101' + '10270000' + '0008' + '0500' + '01000000' + '04030201' + '0c' + Buffer.from('wink-sg-100d').toString('hex') + '00',
    );
    expect(bytes).toHaveLength(84 + 1250);
    expect(MAX_SIGMA_VECTOR_BYTES).toBe(84 + 8192);
  });

  it('has its two segments one after the other', () => {
    const vector = vectorOf(4112);
    expect(semanticSegment(vector).dimensions).toBe(1028);
    expect(sequenceSegment(vector).dimensions).toBe(3084);
  });

  it('is never read from bytes that would be written otherwise', () => {
    const original = Uint8Array.from(sigmaVectorToBytes(vectorOf(4096)));
    fc.assert(
      fc.property(fc.nat(HEADER_BYTES + 10), fc.nat(255), fc.nat(1000), (at, value, cut) => {
        const bytes = original.slice(0, cut === 0 ? undefined : original.length + 10 - (cut % 20));
        bytes[at] = value;
        let parsed: SigmaVector;
        try {
          parsed = sigmaVectorFromBytes(bytes);
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ name: 'SigmaVectorError' }));
          return;
        }
        expect([...sigmaVectorToBytes(parsed)]).toEqual([...bytes]);
      }),
      { seed: 22, numRuns: 3000 },
    );
  });
});

describe('parsing refuses', () => {
  const good = Uint8Array.from(sigmaVectorToBytes(vectorOf(10_000)));
  const changed = (at: number, ...values: number[]): Uint8Array => {
    const bytes = good.slice();
    bytes.set(values, at);
    return bytes;
  };

  it.each([
    ['nothing', new Uint8Array(), 'truncated', 'expected a header of 84 bytes, found 0'],
    ['part of a header', good.slice(0, 83), 'truncated', 'expected a header of 84 bytes, found 83'],
    ['a missing byte', good.slice(0, -1), 'truncated', 'expected 1334 bytes, found 1333'],
    ['a byte too many', Buffer.concat([good, Buffer.alloc(1)]), 'trailing', 'expected 1334 bytes, found 1335'],
    ['a foreign file', changed(0, 0x50, 0x4b), 'magic', 'expected the magic bytes ce a3, found 50 4b'],
    ['a later version', changed(2, 2), 'version', 'expected format version 1, found 2'],
    ['unknown flags', changed(3, 2), 'flags', 'found 2'],
    ['unsupported dimensions', changed(4, 0x11), 'geometry', 'not 10001'],
    ['enormous dimensions', changed(4, 0xf0, 0xff, 0xff, 0xff), 'geometry', 'not 4294967280'],
    ['other semantic bits', changed(8, 1), 'geometry', 'expected semanticBits to be 2048, found 2049'],
    ['too many tokens', changed(10, 97), 'tokens', '10000 dimensions hold 96 tokens, not 97'],
    ['a chunk past the last', changed(12, 3), 'chunk', 'expected a chunk index below 3, found 3'],
    ['no chunks', changed(12, 0, 0, 0, 0, 0, 0, 0, 0), 'chunk', 'below 0'],
    ['a model id without length', changed(20, 0), 'padding', 'zeros after the model id'],
    ['a model id too long', changed(20, 64), 'model', 'at most 63 bytes, found 64'],
    ['a model id with zeros', changed(20, 13), 'model', 'without control characters'],
    ['a model id that is not UTF-8', changed(21, 0xff), 'model', 'in UTF-8'],
    ['rubbish after the model id', changed(83, 1), 'padding', 'zeros after the model id'],
  ])('%s', (_, bytes, reason, message) => {
    expect(() => sigmaVectorFromBytes(bytes)).toThrow(refusal(reason));
    expect(() => sigmaVectorFromBytes(bytes)).toThrow(message);
  });

  const base64 = sigmaVectorToBase64(vectorOf(4096));
  it.each([
    ['a foreign character', `${base64.slice(0, 40)}!${base64.slice(41)}`],
    ['white space', `${base64}\n`],
    ['missing padding', base64.replace(/=+$/, '')],
    ['text', 'not base64'],
  ])('base64 with %s', (_, text) => {
    expect(() => sigmaVectorFromBase64(text)).toThrow(refusal('base64'));
  });

  it.each([
    ['nothing', undefined, 'header'],
    ['null', null, 'header'],
    ['a string', 'header', 'header'],
    ['a missing field', { ...headerOf(4096), tokens: undefined }, 'header'],
    ['a number as text', { ...headerOf(4096), tokens: '5' }, 'header'],
    ['a fraction', { ...headerOf(4096), tokens: 0.5 }, 'header'],
    ['a negative number', { ...headerOf(4096), chunk: -1 }, 'header'],
    ['another version', headerOf(4096, { version: 2 }), 'version'],
    ['odd dimensions', headerOf(4096, { dimensions: 4100 }), 'geometry'],
    ['too few dimensions', headerOf(4096, { dimensions: 4080 }), 'geometry'],
    ['too many dimensions', headerOf(4096, { dimensions: 65_552 }), 'geometry'],
    ['other sequence bits', headerOf(4096, { sequenceBits: 3000 }), 'geometry'],
    ['too many tokens', headerOf(4096, { tokens: 38 }), 'tokens'],
    ['a chunk past the last', headerOf(4096, { chunk: 3 }), 'chunk'],
    ['an empty model id', headerOf(4096, { model: '' }), 'model'],
    ['a long model id', headerOf(4096, { model: 'é'.repeat(32) }), 'model'],
    ['a model id with a line break', headerOf(4096, { model: 'a\nb' }), 'model'],
    ['a model id with a lone surrogate', headerOf(4096, { model: '\uD800' }), 'model'],
    ['a model id that is a number', { ...headerOf(4096), model: 7 }, 'model'],
    ['a flag that is a number', { ...headerOf(4096), semanticEmpty: 1 }, 'flags'],
  ])('a JSON header that is or has %s', (_, header, reason) => {
    expect(() => sigmaVector(header, symbolVector('bits', 4096))).toThrow(refusal(reason));
  });

  it('bits of another number than the header says', () => {
    expect(() => sigmaVector(headerOf(4096), symbolVector('bits', 4112))).toThrow(refusal('bits'));
  });
});

describe('sigmaGeometry', () => {
  it.each([
    [4096, 1024, 3072, 37],
    [8192, 2048, 6144, 74],
    [10_000, 2048, 7952, 96],
    [65_536, 2048, 63_488, 766],
  ])('shares %i bits out as %i and %i, which hold %i tokens', (dimensions, semanticBits, sequenceBits, tokensPerChunk) => {
    expect(sigmaGeometry(dimensions)).toEqual({ dimensions, semanticBits, sequenceBits, tokensPerChunk });
  });

  it('takes the -0 that JSON can hold for 0', () => {
    const header = validateHeader(JSON.parse(JSON.stringify(headerOf(4096)).replace(/"chunk":\d+/, '"chunk":-0')));
    expect(Object.is(header.chunk, 0)).toBe(true);
  });

  it('takes semanticEmpty for false where a JSON header leaves it out', () => {
    const { semanticEmpty, ...header } = headerOf(4096);
    expect(validateHeader(header).semanticEmpty).toBe(semanticEmpty);
  });
});
