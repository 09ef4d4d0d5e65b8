import { type Hypervector, concatVectors, zeroVector } from '@sigmalang/vector';
import { SIGMA_FORMAT_VERSION } from './sigma-header';
import { type SigmaVector, sigmaVector } from './sigma-vector';

/** A part of a text: whole characters, and their tokens. */
export interface TokenRun {
  readonly text: string;
  readonly tokens: Uint32Array;
}

/** A part of a text that fits one Σ-vector, with the sequence segment that decodes to it exactly. */
export interface TextChunk extends TokenRun {
  readonly sequence: Hypervector;
}

/** Where a chunk belongs and by which model its semantic segment was made. */
export interface ChunkPlace {
  /** Index of the chunk, from 0. */
  readonly chunk: number;
  /** Number of chunks of the text. */
  readonly chunks: number;
  /** Id of the embedding model, 1 to 63 bytes of UTF-8. */
  readonly model: string;
}

/**
 * The Σ-vector of a chunk: its semantic segment (undefined for a text without embedding), then its sequence segment. Throws
 * `SigmaVectorError` if the place is none, `bits` if the semantic segment does not have the size that goes with the chunk's.
 */
export function encodeChunk(chunk: TextChunk, semantic: Hypervector | undefined, place: ChunkPlace): SigmaVector {
  const sequenceBits = chunk.sequence.dimensions;
  const semanticBits = semantic?.dimensions ?? semanticBitsBeside(sequenceBits);
  const bits = concatVectors(semantic ?? zeroVector(semanticBits), chunk.sequence);
  return sigmaVector(
    {
      version: SIGMA_FORMAT_VERSION,
      dimensions: bits.dimensions,
      semanticBits,
      sequenceBits,
      tokens: chunk.tokens.length,
      ...place,
      semanticEmpty: semantic === undefined,
    },
    bits,
  );
}

/** The size of the semantic segment that goes with a sequence segment: a third of it (a quarter of all), at most 2,048 bits. */
function semanticBitsBeside(sequenceBits: number): number {
  return Math.min(2048, sequenceBits / 3);
}
