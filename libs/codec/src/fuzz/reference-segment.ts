import { bitAt, symbolVector, tieVector } from '@sigmalang/vector';

/** Bit k of the codeword of a digit is the parity of digit AND k; here by `digit & k`. */
const parities = Uint8Array.from({ length: 512 }, (_, value) => value.toString(2).replaceAll('0', '').length % 2);

/** The segments asked for last: one case asks for the same one several times. */
const recent = new Map<string, Uint8Array>();
const MOST_RECENT = 8;

/**
 * The sequence segment of some tokens straight from its definition, one byte a bit: the majority of the tie vector and of each digit's
 * codeword bound to the vector of its position, counted one by one. Slow, and shares nothing with the encoder but the symbol vectors.
 */
export function referenceSegment(tokens: Uint32Array, bits: number): Uint8Array {
  const key = `${bits}:${tokens.join()}`;
  const segment = recent.get(key) ?? majorityOf(tokens, bits);
  recent.delete(key);
  recent.set(key, segment);
  const [oldest = key] = recent.keys();
  if (recent.size > MOST_RECENT) recent.delete(oldest);
  return segment;
}

function majorityOf(tokens: Uint32Array, bits: number): Uint8Array {
  const ones = new Uint16Array(bits);
  const tie = tieVector(bits, 1);
  for (let j = 0; j < bits; j++) ones[j] = bitAt(tie, j);
  const digits = Array.from(tokens, (token) => [Math.floor(token / 512), token % 512]).flat();
  digits.forEach((digit, i) => {
    const { words } = symbolVector(`sigmalang:position:${i}`, bits, 1);
    for (let j = 0; j < bits; j++) {
      const bound = (parities[digit & (j % 512)] ?? 0) ^ (((words[j >>> 5] ?? 0) >>> (j % 32)) & 1);
      ones[j] = (ones[j] ?? 0) + bound;
    }
  });
  return Uint8Array.from(ones, (count) => Number(2 * count > digits.length + 1));
}
