import { SigmaVectorError } from './sigma-vector-error';

/** Dimensions of a Σ-vector unless the caller asks for others. */
export const DEFAULT_DIMENSIONS = 10_000;

/** Fewest dimensions of a Σ-vector. */
const MIN_SIGMA_DIMENSIONS = 4096;

/** Most dimensions of a Σ-vector. */
export const MAX_SIGMA_DIMENSIONS = 65_536;

/** How the bits of a Σ-vector are shared out: `semanticBits` first, then `sequenceBits`, which hold at most `tokensPerChunk` tokens. */
export interface SigmaGeometry {
  readonly dimensions: number;
  readonly semanticBits: number;
  readonly sequenceBits: number;
  readonly tokensPerChunk: number;
}

/**
 * The geometry of `dimensions` bits: min(2048, dimensions / 4) semantic ones, and one token for each 82.8 of the rest; throws
 * `SigmaVectorError` (`geometry`) unless `dimensions` is a multiple of 16 from 4,096 to 65,536.
 */
export function sigmaGeometry(dimensions: number): SigmaGeometry {
  if (
    !Number.isInteger(dimensions) ||
    dimensions % 16 !== 0 ||
    dimensions < MIN_SIGMA_DIMENSIONS ||
    dimensions > MAX_SIGMA_DIMENSIONS
  ) {
    throw new SigmaVectorError(
      'geometry',
      `dimensions must be a multiple of 16 from ${MIN_SIGMA_DIMENSIONS} to ${MAX_SIGMA_DIMENSIONS}, not ${dimensions}`,
    );
  }
  const semanticBits = Math.min(2048, dimensions / 4);
  const sequenceBits = dimensions - semanticBits;
  return { dimensions, semanticBits, sequenceBits, tokensPerChunk: Math.floor((sequenceBits * 10) / 828) };
}
