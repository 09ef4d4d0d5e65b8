const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A word with one letter left out, added, replaced by another or swapped with its neighbour, at random; never the word itself, except where all its letters are one. */
export function withTypo(word: string, random: () => number): string {
  const below = (count: number) => Math.floor(random() * count);
  for (let attempt = 0; attempt < 20; attempt++) {
    const [kind, at, letter] = [below(4), below(word.length), LETTERS[below(LETTERS.length)] ?? ''];
    const [before, after] = [word.slice(0, at), word.slice(at)];
    const changed = [before + after.slice(1), before + letter + after, before + letter + after.slice(1), before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2)][kind] ?? word;
    if (changed !== word) return changed;
  }
  return word;
}
