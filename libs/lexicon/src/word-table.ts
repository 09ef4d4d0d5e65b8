const { imul } = Math; // a local, because the global object is slow to reach in a test's context

/** Where a word that is not in the table ends: no index. */
const EMPTY = 0;

/** 32-bit FNV-1a over `bytes[0..length)` with Murmur3's final mixing (an open-addressing table needs all bits spread). */
function hashBytes(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Slots of a table for `size` words: the power of two that keeps it at most half full, at least 2. */
export function tableSlots(size: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, size) * 2));
}

/**
 * Exact word → index over one UTF-8 blob, by open addressing with linear probing and without a string per word.
 * `offsets` holds size + 1 byte positions; `slots` a power of two of entries, each index + 1 or 0 for empty.
 */
export class WordTable {
  private readonly mask: number;
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly blob: Uint8Array,
    private readonly offsets: Uint32Array,
    private readonly slots: Uint32Array,
  ) {
    this.mask = slots.length - 1;
  }

  /** Index of the word whose UTF-8 bytes are `bytes[0..length)`, or undefined. */
  find(bytes: Uint8Array, length: number): number | undefined {
    for (let slot = hashBytes(bytes, length) & this.mask; ; slot = (slot + 1) & this.mask) {
      const entry = this.slots[slot] ?? EMPTY;
      if (entry === EMPTY) return undefined;
      if (this.equals(entry - 1, bytes, length)) return entry - 1;
    }
  }

  /** The word at `index`, 0 up to size - 1. */
  word(index: number): string {
    return this.decoder.decode(this.blob.subarray(this.offsets[index], this.offsets[index + 1]));
  }

  /** Length of the bytes of the word at `index`, which are written to the start of `out` where they fit. */
  read(index: number, out: Uint8Array): number {
    const start = this.offsets[index] ?? 0;
    const length = (this.offsets[index + 1] ?? 0) - start;
    if (length <= out.length) for (let i = 0; i < length; i++) out[i] = this.blob[start + i] ?? 0;
    return length;
  }

  /** Fills the empty `slots` with every word of the blob; throws when a word occurs twice. */
  fill(): void {
    for (let index = 0; index + 1 < this.offsets.length; index++) {
      const bytes = this.blob.subarray(this.offsets[index], this.offsets[index + 1]);
      if (this.find(bytes, bytes.length) !== undefined) throw new Error(`the word ${this.word(index)} occurs twice`);
      let slot = hashBytes(bytes, bytes.length) & this.mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & this.mask;
      this.slots[slot] = index + 1;
    }
  }

  private equals(index: number, bytes: Uint8Array, length: number): boolean {
    const start = this.offsets[index] ?? 0;
    if ((this.offsets[index + 1] ?? 0) - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.blob[start + i] !== bytes[i]) return false;
    return true;
  }
}
