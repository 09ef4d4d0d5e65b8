import { SeededGenerator, bitAt, fromBits, tieVector } from '@sigmalang/vector';
import { sequenceCodebook } from './sequence-codebook';
import { digitsOfTokens, encodeDigits, tokensOfDigits } from './sequence-encoder';

const parity = (value: number): number => value.toString(2).replaceAll('0', '').length % 2;

describe('digits', () => {
  it('are two to the base 512 for each token id below 2^18, the high one first', () => {
    const tokens = Uint32Array.of(0, 1, 511, 512, 199_997, 262_143);
    expect([...digitsOfTokens(tokens)]).toEqual([0, 0, 0, 1, 0, 511, 1, 0, 390, 317, 511, 511]);
    expect(tokensOfDigits(digitsOfTokens(tokens))).toEqual(tokens);
  });
});

describe.each([3072, 3084, 7952])('encoding into %i bits', (bits) => {
  const codebook = sequenceCodebook(bits);
  const tie = tieVector(bits, 1);
  const generator = new SeededGenerator('digits');
  const digits = Uint16Array.from({ length: 20 }, () => generator.nextBelow(512));
  const positions = Array.from(digits.keys(), (i) => codebook.position(i));
  const sumAt = (j: number): number => {
    let sum = 1 - 2 * bitAt(tie, j);
    digits.forEach((digit, i) => {
      const bound = parity(digit & j) ^ bitAt(positions[i] ?? tie, j);
      sum += 1 - 2 * bound;
    });
    return sum;
  };

  it('is the majority of the bound digits and the tie vector, bit by bit', () => {
    expect(encodeDigits(digits, codebook)).toEqual(fromBits(bits, (j) => Number(sumAt(j) < 0)));
  });

  it('gives the tie vector for no digits', () => {
    expect(encodeDigits(new Uint16Array(), codebook)).toEqual(tie);
  });
});

describe('sequenceCodebook', () => {
  it('is the same after others have pushed it out', () => {
    const first = sequenceCodebook(3072);
    const position = first.position(3);
    expect(sequenceCodebook(3072)).toBe(first);
    for (const bits of [3084, 3096, 3108, 3120]) sequenceCodebook(bits);
    const again = sequenceCodebook(3072);
    expect(again).not.toBe(first);
    expect(again.position(3)).toEqual(position);
  });
});
