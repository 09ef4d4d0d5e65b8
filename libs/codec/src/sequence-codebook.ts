import { type Hypervector, activeKernels, symbolVector, tieVector, wordCount } from '@sigmalang/vector';
import type { PositionRows } from './digit-kernels';
import { MAX_SIGMA_DIMENSIONS } from './geometry';
import { WALSH_SIZE } from './walsh-functions';

/** Version of the seeds and of the digit codewords of the sequence segment; part of format version 1 of a Σ-vector. */
const SEQUENCE_SEED = 1;

const WORDS_PER_PERIOD = WALSH_SIZE / 32;
const FIRST_POSITIONS = 64;

/** Most positions of a segment, for which the kernels have room. */
export const MAX_POSITIONS = 4096;

/**
 * The pseudo-random vectors of one segment size, one a position and the tie-break vector, in the memory of the kernels: rows of a whole
 * number of digit codewords, zero beyond the segment's bits.
 */
export class SequenceCodebook implements Disposable {
  readonly wordsPerRow: number;
  readonly tie: Uint32Array;
  #room: Uint8Array<ArrayBuffer>;
  #rows: Uint32Array;
  #count = 0;

  /** Takes the number of bits of the sequence segment. */
  constructor(readonly bits: number) {
    if (bits > MAX_SIGMA_DIMENSIONS) throw new RangeError(`a segment has at most ${MAX_SIGMA_DIMENSIONS} bits, not ${bits}`);
    this.wordsPerRow = Math.ceil(bits / WALSH_SIZE) * WORDS_PER_PERIOD;
    this.tie = wordsOf(activeKernels.allocate(4 * this.wordsPerRow));
    this.tie.set(tieVector(bits, SEQUENCE_SEED).words);
    this.#room = activeKernels.allocate(4 * this.wordsPerRow * FIRST_POSITIONS);
    this.#rows = wordsOf(this.#room);
  }

  /** Bits of a row: those of the segment, and zeros. */
  get paddedBits(): number {
    return 32 * this.wordsPerRow;
  }

  /** The rows of positions 0 to `count` - 1 at least; valid until more are asked for. */
  positions(count: number): PositionRows {
    if (count > MAX_POSITIONS) throw new RangeError(`a segment has at most ${MAX_POSITIONS} positions, not ${count}`);
    while (this.#count < count) this.#addPosition();
    return { rows: this.#rows, wordsPerRow: this.wordsPerRow };
  }

  /** The vector of position `index`, 0 for the first digit. */
  position(index: number): Hypervector {
    const { rows, wordsPerRow } = this.positions(index + 1);
    const start = index * wordsPerRow;
    return { dimensions: this.bits, words: rows.slice(start, start + wordCount(this.bits)) };
  }

  /** Gives its room back. */
  [Symbol.dispose](): void {
    activeKernels.release(this.#room);
    activeKernels.release(new Uint8Array(this.tie.buffer, this.tie.byteOffset));
  }

  #addPosition(): void {
    const start = this.#count * this.wordsPerRow;
    if (start + this.wordsPerRow > this.#rows.length) this.#grow();
    this.#rows.set(symbolVector(`sigmalang:position:${this.#count}`, this.bits, SEQUENCE_SEED).words, start);
    this.#count++;
  }

  #grow(): void {
    const larger = activeKernels.allocate(2 * this.#room.length);
    larger.set(this.#room);
    activeKernels.release(this.#room);
    this.#room = larger;
    this.#rows = wordsOf(larger);
  }
}

function wordsOf(room: Uint8Array<ArrayBuffer>): Uint32Array {
  return new Uint32Array(room.buffer, room.byteOffset, room.length / 4);
}

const MAX_CODEBOOKS = 4;
const codebooks = new Map<number, SequenceCodebook>();

/** The codebook of a segment of `bits` bits; the four used last are kept, each at most 16 MB. */
export function sequenceCodebook(bits: number): SequenceCodebook {
  const codebook = codebooks.get(bits) ?? new SequenceCodebook(bits);
  codebooks.delete(bits);
  codebooks.set(bits, codebook);
  const [oldest] = codebooks;
  if (codebooks.size > MAX_CODEBOOKS && oldest) {
    codebooks.delete(oldest[0]);
    oldest[1][Symbol.dispose]();
  }
  return codebook;
}
