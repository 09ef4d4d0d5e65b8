import { type Hypervector, SeededGenerator, concatVectors, fromBits, maskOfSpans, symbolVector, toBase64 } from '@sigmalang/vector';
import { flipBits } from '../bit-noise';
import { observeSequence } from '../observed-vector';
import { type PackedObservedVector, readObservedVector } from '../packed-vector';
import { sequenceCodebook } from '../sequence-codebook';
import { digitsOfTokens, encodeDigits } from '../sequence-encoder';
import { sigmaVector, sigmaVectorFromBase64, sigmaVectorToBase64 } from '../sigma-vector';
import type { TextCodec } from '../text-codec';
import { PROSE } from './texts';
import { encodeText } from './vectors';

/** A vector as it arrived, and what is to be read from it. */
export interface DisturbedTestVector extends PackedObservedVector {
  readonly what: string;
  readonly knownBits: number;
  /** The tokens that were written; absent where they cannot be told from what arrived. */
  readonly tokens?: readonly number[];
  readonly text?: string;
  readonly exact: boolean;
  readonly bitErrors?: number;
  /** Bounds that a confidence should keep; it is no part of the format. */
  readonly confidence: readonly [low: number, high: number];
}

/** The file of them. */
export interface DisturbedTestVectors {
  readonly about: string;
  readonly vectors: readonly DisturbedTestVector[];
}

const CERTAIN = [1, 1] as const;
const SURE = [0.95, 1] as const;
const UNSURE = [0, 0.05] as const;

/** Makes the cases, with what the codec reads of each. */
class DisturbedVectors {
  readonly #generator = new SeededGenerator('test-vectors:disturbed');
  readonly made: DisturbedTestVector[] = [];

  constructor(private readonly codec: TextCodec) {}

  /** The Σ-vector of the first chunk of a text, and its tokens. */
  first(text: string, dimensions: number): { data: string; tokens: readonly number[] } {
    const [chunk] = encodeText(this.codec, text, dimensions).chunks;
    if (!chunk) throw new Error('every text has a chunk');
    return { data: chunk.data, tokens: chunk.tokens };
  }

  flipped(data: string, rate: number): string {
    const { header, bits } = sigmaVectorFromBase64(data);
    return sigmaVectorToBase64({ header, bits: flipBits(bits, rate, this.#generator) });
  }

  /** Adds a vector that holds `tokens`. */
  add(what: string, packed: PackedObservedVector, tokens: readonly number[], confidence: readonly [number, number]): void {
    const observed = readObservedVector(packed);
    const { text, exact, bitErrors } = this.codec.decodeChunk(observed);
    const { knownBits } = observeSequence(observed);
    this.made.push({ what, ...packed, knownBits, tokens, text, exact, bitErrors, confidence });
  }

  /** Adds what cannot be read: no encoding, or too little of one. */
  addUnreadable(what: string, packed: PackedObservedVector, confidence: readonly [number, number] = UNSURE): void {
    const observed = readObservedVector(packed);
    const { exact } = this.codec.decodeChunk(observed);
    this.made.push({ what, ...packed, knownBits: observeSequence(observed).knownBits, exact, confidence });
  }

  /** Adds a vector that holds tokens which no text has. */
  addForged(what: string, tokens: readonly number[]): void {
    const sequence = encodeDigits(digitsOfTokens(Uint32Array.from(tokens)), sequenceCodebook(3072));
    const { header } = sigmaVectorFromBase64(this.first('', 4096).data);
    const bits = concatVectors(symbolVector('semantic', 1024), sequence);
    this.add(what, { data: sigmaVectorToBase64(sigmaVector({ ...header, tokens: tokens.length }, bits)) }, tokens, UNSURE);
  }
}

function maskOf(dimensions: number, ...spans: readonly (readonly [start: number, length: number])[]): string {
  return toBase64(maskOfSpans(spans.map(([start, length]) => ({ start, length })), dimensions));
}

/** Every second dimension, from `first` on. */
function everySecond(dimensions: number, first: 0 | 1): Hypervector {
  return fromBits(dimensions, (dimension) => Number(dimension % 2 === first));
}

/** Vectors with flipped bits, masks and copies, and what is no encoding. */
export function disturbed(codec: TextCodec): DisturbedTestVectors {
  const cases = new DisturbedVectors(codec);
  const short = cases.first('The quick brown fox jumps over the lazy dog.', 4096);
  const full = cases.first(PROSE, 10_000);
  const noisy = (rate: number): string => cases.flipped(short.data, rate);
  cases.add('5 % of the bits flipped', { data: noisy(0.05) }, short.tokens, SURE);
  cases.add('20 % of the bits flipped', { data: noisy(0.2) }, short.tokens, SURE);
  cases.add('a full chunk with 10 % of its bits flipped', { data: cases.flipped(full.data, 0.1) }, full.tokens, SURE);
  const half = { data: short.data, erased: maskOf(4096, [1000, 800], [2500, 700]) };
  cases.add('no bit flipped, some erased', half, short.tokens, CERTAIN);
  cases.add('a flipped bit among the erased', { ...half, data: withoutBit(short.data, 1500) }, short.tokens, CERTAIN);
  const word = cases.first('text', 4096);
  cases.add('no bit flipped, too few left to prove the token', { ...word, erased: maskOf(4096, [0, 3956]) }, word.tokens, [0, 1]);
  const odd = { data: short.data, erased: toBase64(everySecond(4096, 0)) };
  cases.add('no bit flipped, those at even dimensions erased', odd, short.tokens, CERTAIN);
  const even = { data: short.data, erased: toBase64(everySecond(4096, 1)) };
  cases.addUnreadable('no bit flipped, those at odd dimensions erased, so that the codewords of digits d and d XOR 1 are alike', even);
  cases.add('two copies, each with 5 % of its bits flipped', { data: noisy(0.05), copies: [noisy(0.05)] }, short.tokens, SURE);
  const three = { data: noisy(0.1), copies: [noisy(0.1), noisy(0.1)], erased: maskOf(4096, [2000, 500]) };
  cases.add('three copies, each with 10 % of its bits flipped, some erased in all', three, short.tokens, SURE);
  const same = { data: short.data, copies: [short.data, noisy(0.1)] };
  cases.add('three copies, two of them without a flipped bit', same, short.tokens, CERTAIN);
  const beside = { data: short.data, copies: [noisy(0.5)] };
  cases.add('two copies, one of them destroyed, which tie too often to prove anything', beside, short.tokens, [0, 0.5]);
  const { header } = sigmaVectorFromBase64(short.data);
  const random = { header, bits: symbolVector('random', 4096) };
  cases.addUnreadable('random bits', { data: sigmaVectorToBase64(random) });
  const { header: ofFull, bits } = sigmaVectorFromBase64(full.data);
  const wrong = { header: { ...ofFull, tokens: ofFull.tokens - 20 }, bits };
  cases.addUnreadable('a full chunk said to hold 20 tokens fewer, of which a confidence says nothing', { data: sigmaVectorToBase64(wrong) }, [0, 1]);
  cases.addForged('a token id that the vocabulary does not have', [64, 200_000, 64]);
  cases.addForged('tokens whose bytes are not UTF-8', [64, 163, 64]);
  return { about: 'section 7 of docs/sigma-vector.md; written by npm run test-vectors', vectors: cases.made };
}

function withoutBit(data: string, bit: number): string {
  const { header, bits } = sigmaVectorFromBase64(data);
  const words = bits.words.map((word, w) => (w === bit >>> 5 ? word ^ (1 << (bit & 31)) : word));
  return sigmaVectorToBase64({ header, bits: { ...bits, words } });
}
