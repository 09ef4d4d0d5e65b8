import { SeededGenerator, bitAt } from '@sigmalang/vector';
import { sequenceCodebook } from './sequence-codebook';
import { DigitSum, digitsOfTokens, encodeDigits, tokensOfDigits } from './sequence-encoder';
import { walshWord } from './walsh-hadamard';

describe('digits', () => {
  it('are two to the base 512 for each token id below 2^18, the high one first', () => {
    const tokens = Uint32Array.of(0, 1, 511, 512, 199_997, 262_143);
    expect([...digitsOfTokens(tokens)]).toEqual([0, 0, 0, 1, 0, 511, 1, 0, 390, 317, 511, 511]);
    expect(tokensOfDigits(digitsOfTokens(tokens))).toEqual(tokens);
  });
});

describe.each([3072, 3084, 7952])('encoding into %i bits', (bits) => {
  const codebook = sequenceCodebook(bits);
  const generator = new SeededGenerator('digits');
  const digits = Uint16Array.from({ length: 20 }, () => generator.nextBelow(512));
  const sumAt = (j: number): number => {
    let sum = 1 - 2 * bitAt(codebook.tie, j);
    digits.forEach((digit, i) => {
      const codeword = (walshWord(digit, (j % 512) >>> 5) >>> (j & 31)) & 1;
      sum += 1 - 2 * (codeword ^ bitAt(codebook.position(i), j));
    });
    return sum;
  };

  it('is the majority of the bound digits and the tie vector, bit by bit', () => {
    const encoded = encodeDigits(digits, codebook);
    const sums = new Float64Array(bits);
    const sum = new DigitSum(codebook);
    digits.forEach((digit, i) => {
      sum.add(digit, i);
    });
    sum.writeTo(sums);
    for (let j = 0; j < bits; j++) {
      if (sums[j] !== sumAt(j) || bitAt(encoded, j) !== Number(sumAt(j) < 0)) throw new Error(`wrong sum at bit ${j}`);
    }
    expect(sum.majority()).toEqual(encoded);
  });

  it('gives the tie vector for no digits', () => {
    expect(encodeDigits(new Uint16Array(), codebook)).toEqual(codebook.tie);
  });
});

describe('sequenceCodebook', () => {
  it('is the same after others have pushed it out', () => {
    const first = sequenceCodebook(3072);
    const [tie, position] = [first.tie, first.position(3)];
    expect(sequenceCodebook(3072)).toBe(first);
    for (const bits of [3084, 3096, 3108, 3120]) sequenceCodebook(bits);
    const again = sequenceCodebook(3072);
    expect(again).not.toBe(first);
    expect([again.tie, again.position(3)]).toEqual([tie, position]);
  });
});
