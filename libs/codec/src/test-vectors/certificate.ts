import { fromBits, symbolVector } from '@sigmalang/vector';
import { isConclusive } from '../certificate';
import { observe } from '../observation';

const CASES: readonly (readonly [sequenceBits: number, digits: number])[] = [
  [3072, 0],
  [3072, 2],
  [3072, 20],
  [3072, 74],
  [7952, 192],
  [63_488, 100],
  [63_488, 1532],
];

/** From how many bits on a segment of which only the first are known is conclusive. */
export function certificate(): object {
  return {
    about:
      'section 7 of docs/sigma-vector.md; written by npm run test-vectors; an observation of the first knownBits bits of a segment alone ' +
      'is conclusive for so many digits, one of the first knownBits - 1 is not',
    leastKnown: CASES.map(([sequenceBits, digits]) => ({ sequenceBits, digits, knownBits: leastKnown(sequenceBits, digits) })),
  };
}

/** A number of first bits that is conclusive while one fewer is not. */
function leastKnown(sequenceBits: number, digits: number): number {
  const segment = symbolVector('any', sequenceBits);
  let [inconclusive, conclusive] = [0, sequenceBits];
  while (conclusive - inconclusive > 1) {
    const known = (inconclusive + conclusive) >>> 1;
    const erased = fromBits(sequenceBits, (bit) => Number(bit >= known));
    if (isConclusive(observe([segment], erased), digits)) conclusive = known;
    else inconclusive = known;
  }
  return conclusive;
}
