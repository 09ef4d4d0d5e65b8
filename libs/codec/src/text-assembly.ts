import type { SigmaHeader } from './sigma-header';
import type { SigmaVector } from './sigma-vector';
import { SigmaVectorError, type SigmaVectorErrorReason } from './sigma-vector-error';

/** What was read from one Σ-vector. */
export interface DecodedChunk {
  /** The text; U+FFFD stands for bytes that are not UTF-8. */
  readonly text: string;
  /**
   * Whether encoding the tokens that were read again gives the very bits that were observed, at every dimension where they are known, and
   * these are enough to rule out all other tokens. The text is that of the tokens; an encoder may have made others of it.
   */
  readonly exact: boolean;
  /** Estimated probability that the text is right, 0 to 1; 1 when exact. */
  readonly confidence: number;
  /** Number of known bits of the sequence segment that differ from the encoding of what was read. */
  readonly bitErrors: number;
}

/** What was read from all Σ-vectors of a text; `exact` if every chunk is, `confidence` the product of theirs, `bitErrors` the sum. */
export interface DecodedText extends DecodedChunk {
  readonly chunks: readonly DecodedChunk[];
}

/**
 * The vectors of one text, given in any order, in the order of their chunks; throws `SigmaVectorError` `no-vectors`, `mixed-dimensions`,
 * `mixed-models`, `mixed-chunks`, `duplicate-chunk` or `missing-chunk`.
 */
export function orderChunks<Vector extends SigmaVector>(vectors: readonly Vector[]): Vector[] {
  const [first] = vectors;
  if (!first) throw new SigmaVectorError('no-vectors', 'expected the vectors of one text, found none');
  expectSame(vectors, 'dimensions', 'mixed-dimensions');
  expectSame(vectors, 'model', 'mixed-models');
  expectSame(vectors, 'chunks', 'mixed-chunks');
  const ordered = vectors.toSorted((a, b) => a.header.chunk - b.header.chunk);
  ordered.forEach(({ header }, i) => {
    if (header.chunk < i) throw new SigmaVectorError('duplicate-chunk', `chunk ${header.chunk} was given more than once`);
    if (header.chunk > i) throw missing(i, header.chunks);
  });
  if (ordered.length < first.header.chunks) throw missing(ordered.length, first.header.chunks);
  return ordered;
}

/** The text of all its chunks, in their order. */
export function joinChunks(chunks: readonly DecodedChunk[]): DecodedText {
  return {
    text: chunks.map(({ text }) => text).join(''),
    exact: chunks.every(({ exact }) => exact),
    confidence: chunks.reduce((product, { confidence }) => product * confidence, 1),
    bitErrors: chunks.reduce((sum, { bitErrors }) => sum + bitErrors, 0),
    chunks,
  };
}

function missing(chunk: number, chunks: number): SigmaVectorError {
  return new SigmaVectorError('missing-chunk', `chunk ${chunk} of ${chunks} is missing`);
}

function expectSame(
  vectors: readonly SigmaVector[],
  field: keyof SigmaHeader,
  reason: SigmaVectorErrorReason,
): void {
  const [one, other] = new Set(vectors.map(({ header }) => header[field]));
  if (other === undefined) return;
  throw new SigmaVectorError(reason, `the vectors of one text differ in ${field}: ${String(one)} and ${String(other)}`);
}
