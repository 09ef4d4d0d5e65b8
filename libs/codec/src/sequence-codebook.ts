import { type Hypervector, symbolVector, tieVector } from '@sigmalang/vector';

/** Version of the seeds and of the digit codewords of the sequence segment; part of format version 1 of a Σ-vector. */
const SEQUENCE_SEED = 1;

/** The pseudo-random vectors of one segment size: one a position, made when first asked for, and the tie-break. */
export class SequenceCodebook {
  readonly tie: Hypervector;
  readonly #positions: Hypervector[] = [];

  /** Takes the number of bits of the sequence segment. */
  constructor(readonly bits: number) {
    this.tie = tieVector(bits, SEQUENCE_SEED);
  }

  /** The vector of position `index`, 0 for the first digit. */
  position(index: number): Hypervector {
    return (this.#positions[index] ??= symbolVector(`sigmalang:position:${index}`, this.bits, SEQUENCE_SEED));
  }
}

const MAX_CODEBOOKS = 4;
const codebooks = new Map<number, SequenceCodebook>();

/** The codebook of a segment of `bits` bits; the four used last are kept, each at most 12 MB. */
export function sequenceCodebook(bits: number): SequenceCodebook {
  const codebook = codebooks.get(bits) ?? new SequenceCodebook(bits);
  codebooks.delete(bits);
  codebooks.set(bits, codebook);
  const [oldest] = codebooks.keys();
  if (codebooks.size > MAX_CODEBOOKS && oldest !== undefined) codebooks.delete(oldest);
  return codebook;
}
