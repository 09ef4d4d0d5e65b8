/**
 * Spells the words one edit away from another: a letter missing, added, wrong, or swapped with its neighbour (Damerau, A technique for
 * computer detection and correction of spelling errors, CACM 1964).
 */
export class SpellingEdits {
  private readonly buffer: Uint8Array;
  private readonly alphabet: Uint8Array;

  /** `longest`: ASCII letters of the longest word; `alphabet`: the ASCII letters that are added and put in the place of others. */
  constructor(longest: number, alphabet: string) {
    this.buffer = new Uint8Array(longest + 1);
    this.alphabet = new TextEncoder().encode(alphabet);
  }

  /** Calls `visit` with each spelling, bytes[0..length), valid for the call; some come twice, and the word itself is among them. */
  each(word: string, visit: (bytes: Uint8Array, length: number) => void): void {
    const letters = Array.from(word, (letter) => letter.charCodeAt(0));
    for (let i = 0; i <= letters.length; i++) {
      this.replace(letters, i, 0, visit);
      if (i < letters.length) {
        this.replace(letters, i, 1, visit);
        visit(this.buffer, this.spell(letters, i, 1, []));
      }
      const [letter, next] = letters.slice(i, i + 2);
      if (letter !== undefined && next !== undefined) visit(this.buffer, this.spell(letters, i, 2, [next, letter]));
    }
  }

  /** Any letter in place of `removed` letters at `position`. */
  private replace(letters: readonly number[], position: number, removed: number, visit: (bytes: Uint8Array, length: number) => void): void {
    const length = this.spell(letters, position, removed, [0]);
    for (let i = 0; i < this.alphabet.length; i++) {
      this.buffer[position] = this.alphabet[i] ?? 0;
      visit(this.buffer, length);
    }
  }

  /** Puts `letters` with `added` in place of `removed` at `position` into the buffer; gives the length. */
  private spell(letters: readonly number[], position: number, removed: number, added: readonly number[]): number {
    for (let i = 0; i < position; i++) this.buffer[i] = letters[i] ?? 0;
    this.buffer.set(added, position);
    const shift = added.length - removed;
    for (let i = position + removed; i < letters.length; i++) this.buffer[i + shift] = letters[i] ?? 0;
    return letters.length + shift;
  }
}
