/** Number of digits, and length in bits of a digit's codeword. */
export const WALSH_SIZE = 512;

/** The codewords of all digits, 16 words each: bit k of the codeword of digit d is parity(d & k). */
export function walshWords(): Uint32Array {
  return Uint32Array.from({ length: WALSH_SIZE * 16 }, (_, at) => {
    const [digit, k] = [at >>> 4, at & 15];
    let word = 0;
    for (let bit = 0; bit < 32; bit++) word |= parity(digit & (32 * k + bit)) << bit;
    return word >>> 0;
  });
}

/** The codewords of all digits as numbers, +1 for a bit of 0 and -1 for a bit of 1: the rows of a Hadamard matrix, written to `target`. */
export function writeWalshSigns(target: Float32Array): void {
  for (let at = 0; at < target.length; at++) target[at] = 1 - 2 * parity((at >>> 9) & at);
}

function parity(value: number): number {
  let bits = value & (WALSH_SIZE - 1);
  bits ^= bits >>> 8;
  bits ^= bits >>> 4;
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return bits & 1;
}
