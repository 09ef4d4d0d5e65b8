import fc from 'fast-check';
import { type Hypervector, SeededGenerator, concatVectors, fromBits } from '@sigmalang/vector';
import { sigmaGeometry } from '../geometry';
import { sequenceCodebook } from '../sequence-codebook';
import { digitsOfTokens, encodeDigits } from '../sequence-encoder';
import { type SigmaVector, sigmaVector, sigmaVectorToBytes } from '../sigma-vector';
import { type TokenSource, dimensionsOfVectors, tokenSources, tokensOf } from './texts.arbitrary';

/** What a valid vector is made of. */
export interface ValidVector {
  readonly dimensions: number;
  readonly source: TokenSource;
  readonly chunk: number;
  /** Chunks after this one. */
  readonly chunksAfter: number;
  readonly model: string;
  readonly semanticEmpty: boolean;
}

const counts = fc.oneof(fc.nat(3), fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31 - 2));

/** Valid vectors of all dimensions, texts and places. */
export const validVectors: fc.Arbitrary<ValidVector> = fc.record({
  dimensions: dimensionsOfVectors,
  source: tokenSources,
  chunk: counts,
  chunksAfter: counts,
  model: fc.constantFrom('m', 'wink-sg-100d-int8@1', 'é'.repeat(31), 'x'.repeat(63), '\uFEFF', '模型'),
  semanticEmpty: fc.boolean(),
});

/** A valid vector with the tokens that it holds. */
export function encoded({ dimensions, source, chunk, chunksAfter, model, semanticEmpty }: ValidVector): { vector: SigmaVector; tokens: Uint32Array } {
  const geometry = sigmaGeometry(dimensions);
  const tokens = tokensOf(source, geometry.tokensPerChunk);
  const random = new SeededGenerator('fuzz:semantic', dimensions);
  const semantic: Hypervector = fromBits(geometry.semanticBits, () => (semanticEmpty ? 0 : random.nextBelow(2)));
  const sequence = encodeDigits(digitsOfTokens(tokens), sequenceCodebook(geometry.sequenceBits));
  const header = { version: 1, ...geometry, tokens: tokens.length, chunk, chunks: chunk + 1 + chunksAfter, model, semanticEmpty };
  return { vector: sigmaVector(header, concatVectors(semantic, sequence)), tokens };
}

/** {@link encoded}, as bytes. */
export function encodedBytes(valid: ValidVector): { bytes: Uint8Array; tokens: Uint32Array } {
  const { vector, tokens } = encoded(valid);
  return { bytes: sigmaVectorToBytes(vector), tokens };
}
