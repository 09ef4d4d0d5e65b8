/** Whole numbers from 0 to `below` - 1, the same ones for the same seed (xorshift32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A text of `length` characters drawn from `alphabet`. */
export function randomText(alphabet: readonly string[], length: number, seed: number): string {
  const random = seededRandom(seed);
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join('');
}

/** The items in another order. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededRandom(seed);
  const keyed = items.map((item) => ({ item, key: random(2 ** 31) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
