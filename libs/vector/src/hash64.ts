const { imul } = Math;

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function finalMix(hash: number): number {
  let h = hash;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The four 32-bit words of a block of 16 bytes at `at`, little-endian, bytes past the end taken as zero. */
function blockAt(bytes: Uint8Array, at: number): [number, number, number, number] {
  const word = (i: number): number =>
    (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
  return [word(at), word(at + 4), word(at + 8), word(at + 12)];
}

function scramble([k1, k2, k3, k4]: [number, number, number, number]): [number, number, number, number] {
  return [
    imul(rotate(imul(k1, C1), 15), C2),
    imul(rotate(imul(k2, C2), 16), C3),
    imul(rotate(imul(k3, C3), 17), C4),
    imul(rotate(imul(k4, C4), 18), C1),
  ];
}

/**
 * MurmurHash3_x86_128 (Appleby, public domain) of some bytes: four unsigned 32-bit words, `seed` any 32-bit integer. Its SMHasher
 * verification value is 0xB3ECE62A.
 */
export function murmurHash3(bytes: Uint8Array, seed: number): [number, number, number, number] {
  let [h1, h2, h3, h4] = [seed | 0, seed | 0, seed | 0, seed | 0];
  const whole = bytes.length & ~15;
  for (let at = 0; at < whole; at += 16) {
    const [k1, k2, k3, k4] = scramble(blockAt(bytes, at));
    h1 = (imul(rotate(h1 ^ k1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 = (imul(rotate(h2 ^ k2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 = (imul(rotate(h3 ^ k3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 = (imul(rotate(h4 ^ k4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  const [k1, k2, k3, k4] = scramble(blockAt(bytes, whole));
  [h1, h2, h3, h4] = [h1 ^ k1 ^ bytes.length, h2 ^ k2 ^ bytes.length, h3 ^ k3 ^ bytes.length, h4 ^ k4 ^ bytes.length];
  h1 = (h1 + h2 + h3 + h4) | 0;
  [h1, h2, h3, h4] = [finalMix(h1), finalMix(h2 + h1), finalMix(h3 + h1), finalMix(h4 + h1)];
  h1 = (h1 + h2 + h3 + h4) | 0;
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0];
}

const utf8 = new TextEncoder();

/** 64-bit hash of the UTF-8 bytes of `text`: the first two words of MurmurHash3_x86_128 as [low, high], each an unsigned 32-bit integer. */
export function hash64(text: string, seed = 0): [low: number, high: number] {
  const [low, high] = murmurHash3(utf8.encode(text), seed);
  return [low, high];
}
