import { type Hypervector, concatVectors, zeroVector } from '@sigmalang/vector';
import { type SigmaGeometry, sigmaGeometry } from './geometry';
import { sequenceCodebook } from './sequence-codebook';
import { sequenceConfidence } from './sequence-confidence';
import { decodeDigits, decodeDigitsInSteps, withoutPause } from './sequence-decoder';
import { digitsOfTokens, encodeDigits, tokensOfDigits } from './sequence-encoder';
import { SIGMA_FORMAT_VERSION } from './sigma-header';
import { type SigmaVector, sequenceSegment, sigmaVector } from './sigma-vector';
import { SigmaVectorError } from './sigma-vector-error';
import type { DecodedChunk } from './text-assembly';
import { characterBoundary, tokenRuns } from './text-chunks';
import { Tokenizer } from './tokenizer';
import type { TokenTable } from './vocabulary';
import { WALSH_SIZE } from './walsh-hadamard';

/** A part of a text that fits one Σ-vector: whole characters, their tokens, and the sequence segment that decodes to them exactly. */
export interface TextChunk {
  readonly text: string;
  readonly tokens: Uint32Array;
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

/** Turns texts into Σ-vectors and back; stateless but for its vocabulary. */
export class TextCodec {
  readonly #tokenizer: Tokenizer;
  readonly #highDigits: number;
  readonly #geometryOf: (dimensions: number) => SigmaGeometry;

  /** `geometry` replaces {@link sigmaGeometry}, for experiments with other densities. */
  constructor(
    private readonly vocabulary: TokenTable,
    { geometry = sigmaGeometry }: { geometry?: (dimensions: number) => SigmaGeometry } = {},
  ) {
    this.#tokenizer = new Tokenizer(vocabulary);
    this.#highDigits = Math.ceil(vocabulary.size / WALSH_SIZE);
    this.#geometryOf = geometry;
  }

  /** The token ids of a text; throws `MalformedTextError` on a lone surrogate. */
  tokenize(text: string): Uint32Array {
    return this.#tokenizer.encode(text);
  }

  /**
   * The chunks of a text one by one (about 4 ms for a full one at 10,000 dimensions; a caller may let others run in between), each
   * proved by decoding it. An empty text has one chunk without tokens. Throws `MalformedTextError`, or `SigmaVectorError` (`geometry`).
   */
  *chunks(text: string, dimensions: number): Generator<TextChunk, void> {
    const geometry = this.#geometryOf(dimensions);
    for (const run of tokenRuns(this.tokenize(text), geometry.tokensPerChunk, this.vocabulary)) {
      yield* this.#provedChunks(run, geometry);
    }
  }

  /** All of {@link chunks} at once. */
  splitIntoChunks(text: string, dimensions: number): TextChunk[] {
    return [...this.chunks(text, dimensions)];
  }

  /**
   * The Σ-vector of a chunk: its semantic segment (undefined for a text without embedding), then its sequence segment. Throws
   * `SigmaVectorError` if the place is none, `bits` if the semantic segment does not have the size that goes with the chunk's.
   */
  encodeChunk(chunk: TextChunk, semantic: Hypervector | undefined, place: ChunkPlace): SigmaVector {
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

  /**
   * Reads the text of a Σ-vector from its sequence segment and says how sure it is. At 10,000 dimensions a full chunk takes about 3 ms
   * without noise and up to some 0.3 s with as much as can be read; time grows with the square of the dimensions.
   */
  decodeChunk(vector: SigmaVector): DecodedChunk {
    return withoutPause(this.decodeChunkInSteps(vector));
  }

  /** {@link decodeChunk} as a generator that pauses every few milliseconds, for callers that must not block others. */
  *decodeChunkInSteps(vector: SigmaVector): Generator<undefined, DecodedChunk> {
    const sequence = sequenceSegment(vector);
    const codebook = sequenceCodebook(sequence.dimensions);
    const decoded = yield* decodeDigitsInSteps(sequence, vector.header.tokens * 2, this.#highDigits, codebook);
    const { text, isPossible } = this.#textOf(tokensOfDigits(decoded.digits));
    return {
      text,
      exact: isPossible && decoded.bitErrors === 0,
      confidence: isPossible ? sequenceConfidence(decoded, sequence.dimensions) : 0,
      bitErrors: decoded.bitErrors,
    };
  }

  /** The run as one chunk if its segment decodes to it, else as the chunks of its two halves. */
  *#provedChunks(tokens: Uint32Array, geometry: SigmaGeometry): Generator<TextChunk, void> {
    const codebook = sequenceCodebook(geometry.sequenceBits);
    const digits = digitsOfTokens(tokens);
    const sequence = encodeDigits(digits, codebook);
    const decoded = decodeDigits(sequence, digits.length, this.#highDigits, codebook);
    if (decoded.digits.every((digit, i) => digit === digits[i])) {
      yield { text: this.#textOf(tokens).text, tokens, sequence };
      return;
    }
    const middle =
      characterBoundary(tokens, tokens.length >>> 1, this.vocabulary) ||
      characterBoundary(tokens, tokens.length - 1, this.vocabulary);
    if (middle === 0) throw new SigmaVectorError('geometry', `${geometry.sequenceBits} bits cannot hold one character`);
    yield* this.#provedChunks(tokens.subarray(0, middle), geometry);
    yield* this.#provedChunks(tokens.subarray(middle), geometry);
  }

  /** The text of the tokens, and whether some encoder could have written it: known tokens and valid UTF-8 (else with U+FFFD). */
  #textOf(tokens: Uint32Array): { text: string; isPossible: boolean } {
    const bytes = this.#tokenizer.decode(tokens);
    const isKnown = tokens.every((token) => token < this.vocabulary.size);
    try {
      return { text: strictUtf8.decode(bytes), isPossible: isKnown };
    } catch {
      return { text: replacingUtf8.decode(bytes), isPossible: false };
    }
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const replacingUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The size of the semantic segment that goes with a sequence segment: a third of it (a quarter of all), at most 2,048 bits. */
function semanticBitsBeside(sequenceBits: number): number {
  return Math.min(2048, sequenceBits / 3);
}
