const KINDS = { u8: Uint8Array, u32: Uint32Array, f64: Float64Array } as const;

/** Bytes at a multiple of which each array begins. */
const ALIGNMENT = 8;

/** Arrays that a file can hold. */
export type SavedArray = Uint8Array | Uint32Array | Float64Array;

interface Header {
  readonly about: unknown;
  readonly arrays: readonly { readonly kind: keyof typeof KINDS; readonly length: number }[];
}

/** What to write to a file, one buffer after the other: the length of a header, the header with what is said `about` the arrays, and the arrays, in the byte order of the machine. */
export function saveArrays(about: unknown, arrays: readonly SavedArray[]): Buffer[] {
  const header: Header = { about, arrays: arrays.map((array) => ({ kind: kindOf(array), length: array.length })) };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(ALIGNMENT);
  length.writeUInt32LE(text.length);
  const parts = [length, text, padding(text.length)];
  for (const { buffer, byteOffset, byteLength } of arrays) parts.push(Buffer.from(buffer, byteOffset, byteLength), padding(byteLength));
  return parts;
}

/** What `saveArrays` wrote, as copies; throws RangeError or SyntaxError where it is not that. */
export function loadArrays(saved: Buffer): { readonly about: unknown; readonly arrays: SavedArray[] } {
  const length = saved.readUInt32LE();
  const { about, arrays } = JSON.parse(saved.toString('utf8', ALIGNMENT, ALIGNMENT + length)) as Header;
  let at = ALIGNMENT + aligned(length);
  const loaded = arrays.map(({ kind, length: values }) => {
    const array = new KINDS[kind](values);
    const bytes = saved.subarray(at, at + array.byteLength);
    if (bytes.length < array.byteLength) throw new RangeError('the arrays end too early');
    new Uint8Array(array.buffer).set(bytes);
    at += aligned(array.byteLength);
    return array;
  });
  return { about, arrays: loaded };
}

function kindOf(array: SavedArray): keyof typeof KINDS {
  if (array instanceof Uint8Array) return 'u8';
  return array instanceof Uint32Array ? 'u32' : 'f64';
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function padding(bytes: number): Buffer {
  return Buffer.alloc(aligned(bytes) - bytes);
}
