import type { ErasedSpan } from '@sigmalang/contracts';
import { seededRandom } from './seeded-random';
import { edited, HEADER } from './sigma-vector-bytes';

/** The bits of a Σ-vector in base64, one 0 or 1 each, the header not counted. */
export function bitsOf(data: string): Uint8Array {
  const bytes = Buffer.from(data, 'base64').subarray(HEADER.bits);
  return Uint8Array.from({ length: bytes.length * 8 }, (_bit, i) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1);
}

function packed(bits: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(bits.length / 8);
  for (let i = 0; i < bits.length; i++) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | ((bits[i] ?? 0) << (i & 7));
  return bytes;
}

/** The same vector with other bits: what `change` makes of each. */
export function changed(data: string, change: (bit: number, at: number) => number): string {
  const bits = packed(bitsOf(data).map(change));
  return edited(data, (bytes) => Buffer.concat([bytes.subarray(0, HEADER.bits), bits]));
}

/** A copy of a vector with `percent` of its bits flipped, by chance. */
export function flipped(data: string, percent: number, seed: number): string {
  const random = seededRandom(seed);
  return changed(data, (bit) => bit ^ Number(random(10_000) < percent * 100));
}

/** A copy of a vector with nothing but chance in its bits. */
export function destroyed(data: string, seed: number): string {
  const random = seededRandom(seed);
  return changed(data, () => random(65_536) & 1);
}

/** Twenty runs of bits, a fifth of the vector together, each somewhere within its twentieth. */
export function fifthOf(dimensions: number, seed: number): ErasedSpan[] {
  const random = seededRandom(seed);
  const block = Math.floor(dimensions / 20);
  const length = Math.ceil(dimensions / 100);
  return Array.from({ length: 20 }, (_span, i) => ({ start: i * block + random(block - length), length }));
}

/** One digit a bit: 1 where a span covers it. */
export function digitsOf(spans: readonly ErasedSpan[], dimensions: number): string {
  const digits = new Array<string>(dimensions).fill('0');
  for (const { start, length } of spans) digits.fill('1', start, start + length);
  return digits.join('');
}

/** The mask of what the spans cover, packed in base64. */
export function maskOf(spans: readonly ErasedSpan[], dimensions: number): string {
  return packed(Array.from(digitsOf(spans, dimensions), Number)).toString('base64');
}

/** A vector with garbage, or with zeros, where the spans are. */
export function overwritten(data: string, spans: readonly ErasedSpan[], fill: 'garbage' | 'zeros', seed = 1): string {
  const digits = digitsOf(spans, bitsOf(data).length);
  const random = seededRandom(seed);
  return changed(data, (bit, at) => (digits.charAt(at) === '0' ? bit : fill === 'zeros' ? 0 : random(65_536) & 1));
}

/** Known bits of the sequence segment that are wrong in the majority of all copies; a tie makes a bit unknown. */
export function wrongBits(original: string, copies: readonly string[], erased: string, semanticBits: number): number {
  const all = copies.map(bitsOf);
  return bitsOf(original).filter((bit, at) => {
    const wrong = all.filter((bits) => bits[at] !== bit).length;
    return at >= semanticBits && erased.charAt(at) !== '1' && wrong * 2 > all.length;
  }).length;
}
