import { type SigmaGeometry, sigmaGeometry } from './geometry';
import { observe } from './observation';
import { type ObservedVector, observeSequence } from './observed-vector';
import { sequenceCodebook } from './sequence-codebook';
import { sequenceConfidence } from './sequence-confidence';
import { decodeDigits } from './sequence-decoder';
import { digitsOfTokens, encodeDigits, tokensOfDigits } from './sequence-encoder';
import { SigmaVectorError } from './sigma-vector-error';
import type { DecodedChunk } from './text-assembly';
import type { TextChunk, TokenRun } from './chunk-vector';
import { characterBoundary, tokenRuns } from './text-chunks';
import { Tokenizer } from './tokenizer';
import type { TokenTable } from './vocabulary';
import { WALSH_SIZE } from './walsh-functions';

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
   * A text in runs of whole characters, none with more tokens than a chunk of a vector of `dimensions` bits may have; an empty text has
   * one empty run. Throws `MalformedTextError`, or `SigmaVectorError` (`geometry`).
   */
  runs(text: string, dimensions: number): TokenRun[] {
    const { tokensPerChunk } = this.#geometryOf(dimensions);
    return Array.from(tokenRuns(this.tokenize(text), tokensPerChunk, this.vocabulary), (run) => this.#runOf(run.slice()));
  }

  /**
   * The chunks of one of {@link runs}, each proved by decoding it: usually one with the text of the run, several where the run does not
   * decode as a whole. A full run at 10,000 dimensions takes about 2 ms; time grows with the square of the dimensions. Throws
   * `SigmaVectorError` (`geometry`).
   */
  proveRun(run: TokenRun, dimensions: number): TextChunk[] {
    return this.#provedChunks(run, this.#geometryOf(dimensions));
  }

  /** The proved chunks of a whole text, {@link runs} and {@link proveRun} in one. */
  splitIntoChunks(text: string, dimensions: number): TextChunk[] {
    return this.runs(text, dimensions).flatMap((run) => this.proveRun(run, dimensions));
  }

  /**
   * Reads the text of a Σ-vector from its sequence segment and says how sure it is. At 10,000 dimensions a full chunk takes about 2 ms
   * without noise and up to some 50 ms with as much as can be read; time grows with the square of the dimensions.
   */
  decodeChunk(vector: ObservedVector): DecodedChunk {
    const observation = observeSequence(vector);
    const codebook = sequenceCodebook(vector.header.sequenceBits);
    const decoded = decodeDigits(observation, vector.header.tokens * 2, this.#highDigits, codebook);
    const { text, isPossible } = this.#textOf(tokensOfDigits(decoded.digits));
    return {
      text,
      exact: isPossible && decoded.isCertified,
      confidence: isPossible ? sequenceConfidence(decoded, observation.knownBits) : 0,
      bitErrors: decoded.bitErrors,
    };
  }

  /** The run as one chunk if its segment decodes to it, else as the chunks of its two halves. */
  #provedChunks({ text, tokens }: TokenRun, geometry: SigmaGeometry): TextChunk[] {
    const codebook = sequenceCodebook(geometry.sequenceBits);
    const digits = digitsOfTokens(tokens);
    const sequence = encodeDigits(digits, codebook);
    const decoded = decodeDigits(observe([sequence]), digits.length, this.#highDigits, codebook);
    if (decoded.isCertified && decoded.digits.every((digit, i) => digit === digits[i])) return [{ text, tokens, sequence }];
    const middle =
      characterBoundary(tokens, tokens.length >>> 1, this.vocabulary) ||
      characterBoundary(tokens, tokens.length - 1, this.vocabulary);
    if (middle === 0) throw new SigmaVectorError('geometry', `${geometry.sequenceBits} bits cannot hold one character`);
    const halves = [tokens.slice(0, middle), tokens.slice(middle)];
    return halves.flatMap((half) => this.#provedChunks(this.#runOf(half), geometry));
  }

  #runOf(tokens: Uint32Array): TokenRun {
    return { text: this.#textOf(tokens).text, tokens };
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
