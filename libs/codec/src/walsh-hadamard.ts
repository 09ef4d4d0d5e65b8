/** Size of the transform: the number of digits. */
export const WALSH_SIZE = 512;

/**
 * Walsh-Hadamard transform of 512 numbers in place: output d is the sum over k of input k times (-1)^parity(d & k). Its own inverse up
 * to a factor of 512. Nine stages of butterflies, taken two at a time and the last alone.
 */
export function walshHadamard(values: Float64Array): void {
  for (let half = 1; half < 256; half *= 4) quadButterflies(values, half);
  for (let i = 0; i < 256; i++) {
    const a = values[i] ?? 0;
    const b = values[i + 256] ?? 0;
    values[i] = a + b;
    values[i + 256] = a - b;
  }
}

/** The stages of distance `half` and 2 `half`. */
function quadButterflies(values: Float64Array, half: number): void {
  for (let block = 0; block < WALSH_SIZE; block += 4 * half) {
    for (let i = block; i < block + half; i++) {
      const a = values[i] ?? 0;
      const b = values[i + half] ?? 0;
      const c = values[i + 2 * half] ?? 0;
      const d = values[i + 3 * half] ?? 0;
      values[i] = a + b + (c + d);
      values[i + half] = a - b + (c - d);
      values[i + 2 * half] = a + b - (c + d);
      values[i + 3 * half] = a - b - (c - d);
    }
  }
}

/** Word k of the codeword of `digit`, of 16: bit b is parity(digit & (32 k + b)). */
export function walshWord(digit: number, k: number): number {
  return WALSH_WORDS[digit * 16 + k] ?? 0;
}

const WALSH_WORDS = Uint32Array.from({ length: WALSH_SIZE * 16 }, (_, at) => {
  const [digit, k] = [at >>> 4, at & 15];
  let word = 0;
  for (let bit = 0; bit < 32; bit++) word |= parity(digit & (32 * k + bit)) << bit;
  return word >>> 0;
});

function parity(value: number): number {
  let bits = value;
  bits ^= bits >>> 8;
  bits ^= bits >>> 4;
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return bits & 1;
}
