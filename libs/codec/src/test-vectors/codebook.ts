import { sigmaGeometry } from '../geometry';
import { sequenceCodebook } from '../sequence-codebook';
import { digitsOfTokens } from '../sequence-encoder';
import { walshWords } from '../walsh-functions';
import { hex, wordsOf } from './primitives';

const DIMENSIONS = [4096, 4112, 8176, 8192, 8208, 10_000, 16_384, 65_520, 65_536];
const POSITIONS = [0, 1, 9, 191, 1531];
const DIGITS = [0, 1, 2, 31, 32, 255, 256, 390, 511];
const TOKENS = [0, 1, 511, 512, 4721, 100_000, 199_997, 262_143];

/** Geometry, digits and codewords of the sequence segment. */
export function codebook(): object {
  return {
    about: 'sections 2 and 6 of docs/sigma-vector.md; written by npm run test-vectors; words are 8 hexadecimal digits, the highest first',
    geometry: DIMENSIONS.map((dimensions) => sigmaGeometry(dimensions)),
    digits: TOKENS.map((token) => ({ token, digits: Array.from(digitsOfTokens(Uint32Array.of(token))) })),
    walsh: DIGITS.map((digit) => ({
      digit,
      words: Array.from(walshWords().subarray(16 * digit, 16 * digit + 16), hex),
    })),
    segments: [3072, 3084, 7952, 63_488].map((bits) => {
      const book = sequenceCodebook(bits);
      return {
        bits,
        tie: wordsOf({ dimensions: bits, words: book.tie.slice(0, Math.ceil(bits / 32)) }),
        positions: POSITIONS.map((position) => ({ position, ...wordsOf(book.position(position)) })),
      };
    }),
  };
}
