import { type Hypervector, SeededGenerator, fromBits } from '@sigmalang/vector';
import { flipBits } from './bit-noise';
import { decoderWorkspace } from './decoder-workspace';
import { DigitBeliefs } from './digit-beliefs';
import { cleanUp } from './digit-cleanup';
import { NoisyChannel } from './noisy-channel';
import { type Observation, observe } from './observation';
import { sequenceCodebook } from './sequence-codebook';
import { type DecodedDigits, decodeDigits } from './sequence-decoder';
import { encodeDigits } from './sequence-encoder';

/** High digits of the o200k vocabulary: its ids are below 391 times 512. */
export const HIGH_DIGITS = 391;

/** What happens to an encoded segment before it is read. */
export interface Noise {
  /** Rate at which bits are flipped, in each copy on its own; 0 unless given. */
  readonly flipRate?: number;
  /** Share of the bits that are erased, in one span at a random place (around the end); 0 unless given. */
  readonly erasedShare?: number;
  /** Number of copies, 1 unless given. */
  readonly copies?: number;
}

/** One random chunk that was disturbed and read. */
export interface NoiseTrial {
  readonly digits: Uint16Array;
  readonly observation: Observation;
  readonly decoded: DecodedDigits;
  readonly isRight: boolean;
  /** Time that reading took, in milliseconds. */
  readonly milliseconds: number;
}

/** Random digits as tokens of the o200k vocabulary have them. */
export function randomDigits(length: number, generator: SeededGenerator): Uint16Array {
  return Uint16Array.from({ length }, (_, i) => generator.nextBelow(i % 2 === 0 ? HIGH_DIGITS : 512));
}

/** Encodes `length` random digits into `bits` bits, disturbs the segment and reads it. */
export function noiseTrial(bits: number, length: number, noise: Noise, generator: SeededGenerator): NoiseTrial {
  const codebook = sequenceCodebook(bits);
  const digits = randomDigits(length, generator);
  const observation = disturb(encodeDigits(digits, codebook), noise, generator);
  const start = performance.now();
  const decoded = decodeDigits(observation, length, HIGH_DIGITS, codebook);
  const milliseconds = performance.now() - start;
  const isRight = decoded.digits.every((digit, i) => digit === digits[i]);
  return { digits, observation, decoded, isRight, milliseconds };
}

/** What arrives of a segment; erased bits are random. */
export function disturb(
  segment: Hypervector,
  { flipRate = 0, erasedShare = 0, copies = 1 }: Noise,
  generator: SeededGenerator,
): Observation {
  const first = flipBits(segment, flipRate, generator);
  const others = Array.from({ length: copies - 1 }, () => flipBits(segment, flipRate, generator));
  if (erasedShare === 0) return observe([first, ...others]);
  const { dimensions } = segment;
  const start = generator.nextBelow(dimensions);
  const erased = Math.round(erasedShare * dimensions);
  const mask = fromBits(dimensions, (bit) => Number((bit - start + dimensions) % dimensions < erased));
  const words = first.words.map((word, w) => word ^ ((mask.words[w] ?? 0) & generator.nextUint32()));
  return observe([{ dimensions, words }, ...others], mask);
}

/** Reads digits by plain clean-up alone, for comparison. */
export function readByCleanUp(observation: Observation, length: number): Uint16Array {
  const codebook = sequenceCodebook(observation.bits.dimensions);
  const workspace = decoderWorkspace(codebook.paddedBits, length);
  const beliefs = new DigitBeliefs(length, HIGH_DIGITS, workspace);
  cleanUp(codebook, new NoisyChannel(observation, workspace), beliefs, workspace);
  return beliefs.digits;
}
