import fc from 'fast-check';

/** The fields of a binary header: where they begin, and of how many bytes they are. */
const FIELDS = {
  magic: [0, 2],
  version: [2, 1],
  flags: [3, 1],
  dimensions: [4, 4],
  semanticBits: [8, 2],
  tokens: [10, 2],
  chunk: [12, 4],
  chunks: [16, 4],
  modelLength: [20, 1],
  model: [21, 63],
} as const;

const HEADER_BYTES = 84;

/** One change of the bytes of a vector. */
export type ByteEdit =
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'truncate'; readonly length: number }
  | { readonly kind: 'cut off'; readonly count: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: 'set'; readonly field: keyof typeof FIELDS; readonly value: number }
  /** Adds to a field, which wraps around. */
  | { readonly kind: 'add'; readonly field: keyof typeof FIELDS; readonly value: number }
  /** From `at` on the bytes of the other vector; 84 swaps the payload. */
  | { readonly kind: 'splice'; readonly at: number };

const fields = fc.constantFrom(...(Object.keys(FIELDS) as (keyof typeof FIELDS)[]));
const boundaries = fc.oneof(
  fc.constantFrom(0, 1, 2, 37, 38, 63, 64, 96, 97, 255, 256, 766, 767, 1024, 2048, 4080, 4095, 4096, 4112, 10_000, 10_001, 65_535, 65_536, 65_552),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32 - 16, 2 ** 32 - 1),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const places = fc.oneof(fc.nat(HEADER_BYTES + 8), fc.nat(2000));

/** Edits of all kinds, most of them within the header. */
export const byteEdits: fc.Arbitrary<ByteEdit> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), bit: fc.oneof(fc.nat(8 * HEADER_BYTES - 1), fc.nat(70_000)) }),
  fc.record({ kind: fc.constant('truncate' as const), length: places }),
  fc.record({ kind: fc.constant('cut off' as const), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: places, bytes: fc.array(fc.nat(255), { minLength: 1, maxLength: 9 }) }),
  fc.record({ kind: fc.constant('set' as const), field: fields, value: boundaries }),
  fc.record({ kind: fc.constant('add' as const), field: fields, value: fc.constantFrom(1, -1, 2, 16, -16) }),
  fc.record({ kind: fc.constant('splice' as const), at: fc.oneof(fc.constantFrom(HEADER_BYTES, 4, 12, 20), places) }),
);

/** The bytes after some edits, one after the other; `other` is what is spliced in. */
export function edited(bytes: Uint8Array, other: Uint8Array, edits: readonly ByteEdit[]): Uint8Array {
  return edits.reduce((current, edit) => applied(current, other, edit), bytes);
}

function applied(bytes: Uint8Array, other: Uint8Array, edit: ByteEdit): Uint8Array {
  switch (edit.kind) {
    case 'flip': {
      const changed = Uint8Array.from(bytes);
      const at = edit.bit >>> 3;
      if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << (edit.bit & 7));
      return changed;
    }
    case 'truncate':
      return bytes.slice(0, edit.length);
    case 'cut off':
      return bytes.slice(0, -edit.count);
    case 'insert':
      return Uint8Array.from([...bytes.subarray(0, edit.at), ...edit.bytes, ...bytes.subarray(edit.at)]);
    case 'set':
    case 'add':
      return withField(bytes, edit);
    case 'splice':
      return Uint8Array.from([...bytes.subarray(0, edit.at), ...other.subarray(edit.at)]);
  }
}

/** The bytes with a field set or added to, as far as they reach; the field is little-endian and wraps around. */
function withField(bytes: Uint8Array, { kind, field, value }: Extract<ByteEdit, { field: unknown }>): Uint8Array {
  const changed = Buffer.from(bytes);
  const [start, length] = FIELDS[field];
  const size = Math.min(length, 6);
  if (start + size > changed.length) return changed;
  const before = kind === 'add' ? changed.readUIntLE(start, size) : 0;
  const wrap = 2 ** (8 * size);
  changed.writeUIntLE((((before + value) % wrap) + wrap) % wrap, start, size);
  return changed;
}
