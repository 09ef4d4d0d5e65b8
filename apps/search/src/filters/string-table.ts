import { randomInt } from 'node:crypto';
import { GrowingArray } from './growing-array';

/** Part of the slots that may be taken before there are twice as many. */
const FULLEST = 0.5;

/** What a slot holds that is free. */
const FREE = 0;

/** Where hashes begin: another one in each process, so that nobody can choose strings that meet in one slot. Numbers do not depend on it. */
const SEED = randomInt(2 ** 32);

const encoder = new TextEncoder();

/** Strings by number, from 0 in order of their first coming, outside of the JavaScript heap: about 16 bytes and the UTF-8 of each. */
export class StringTable {
  private slots: Uint32Array;

  /** Made of what `parts` gave, or empty. */
  constructor(
    private readonly bytes: GrowingArray<Uint8Array> = new GrowingArray(Uint8Array),
    private readonly ends: GrowingArray<Uint32Array> = new GrowingArray(Uint32Array),
  ) {
    this.slots = new Uint32Array(slotsFor(ends.length));
    for (let code = 0; code < ends.length; code++) this.slots[this.slotOf(this.utf8(code))] = code + 1;
  }

  /** How many there are. */
  get size(): number {
    return this.ends.length;
  }

  /** Bytes that the table takes. */
  get memory(): number {
    return this.bytes.bytes + this.ends.bytes + this.slots.byteLength;
  }

  /** What a table can be made of again: the UTF-8 of all strings, and where each ends. */
  get parts(): { readonly bytes: Uint8Array; readonly ends: Uint32Array } {
    return { bytes: this.bytes.values, ends: this.ends.values };
  }

  /** Number of a string, which is added where it is new. */
  add(text: string): number {
    const utf8 = encoder.encode(text);
    const slot = this.slotOf(utf8);
    const taken = this.slots[slot] ?? FREE;
    if (taken !== FREE) return taken - 1;
    this.bytes.append(utf8);
    this.ends.push(this.bytes.length);
    const code = this.ends.length - 1;
    if (this.ends.length > this.slots.length * FULLEST) this.rebuild();
    else this.slots[slot] = code + 1;
    return code;
  }

  /** Number of a string; undefined where it is not there. */
  find(text: string): number | undefined {
    const taken = this.slots[this.slotOf(encoder.encode(text))] ?? FREE;
    return taken === FREE ? undefined : taken - 1;
  }

  /** UTF-8 of the string of a number, in the order of which strings are ordered by code points. */
  utf8(code: number): Uint8Array {
    return this.bytes.values.subarray(code > 0 ? this.ends.values[code - 1] : 0, this.ends.values[code]);
  }

  private rebuild(): void {
    this.slots = new Uint32Array(slotsFor(this.ends.length));
    for (let code = 0; code < this.ends.length; code++) this.slots[this.slotOf(this.utf8(code))] = code + 1;
  }

  /** The slot of a string, or the free one where it would be. */
  private slotOf(utf8: Uint8Array): number {
    const mask = this.slots.length - 1;
    const { bytes, ends } = this.parts;
    for (let slot = hashOf(utf8) & mask; ; slot = (slot + 1) & mask) {
      const code = (this.slots[slot] ?? FREE) - 1;
      if (code < 0 || holds(bytes, code > 0 ? (ends[code - 1] ?? 0) : 0, ends[code] ?? 0, utf8)) return slot;
    }
  }
}

/** Negative, zero or positive as the first comes before the second, is equal to it, or comes after it, byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function holds(bytes: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[from + i] !== expected[i]) return false;
  return true;
}

/** A power of two of slots, of which `count` strings take a half at most. */
function slotsFor(count: number): number {
  return 2 ** Math.max(4, Math.ceil(Math.log2((count + 1) / FULLEST)));
}

/** FNV-1a from the seed, with its high bits mixed into the low ones that slots are chosen by. */
function hashOf(utf8: Uint8Array): number {
  let hash = SEED;
  for (const byte of utf8) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
