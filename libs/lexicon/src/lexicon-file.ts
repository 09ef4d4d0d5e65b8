import { crc32 } from 'node:zlib';
import { LexiconAssetError } from './lexicon-asset-error';
import { tableSlots, WordTable } from './word-table';
import { multiplyLower, whiteningMatrix, type WordVectors } from './whitening';

/** How a vector is stored: 4-byte floats, or bytes with one scale a word. */
export type LexiconForm = 'float32' | 'int8';

/** The file of each form in `dist/assets/lexicon`. */
export const ASSET_FILES: Record<LexiconForm, string> = { int8: 'wink-sg-100d.int8.lexicon', float32: 'wink-sg-100d.float32.lexicon' };

const FORMS: readonly LexiconForm[] = ['float32', 'int8'];
const MAGIC = 0x584c_4753; // "SGLX", little-endian
const VERSION = 1;
const HEADER_BYTES = 64;
const NAME_START = 32;

interface LexiconHeader {
  /** Which vectors these are, 1 to 32 ASCII characters. */
  readonly name: string;
  readonly form: LexiconForm;
  /** Words, at least 1. */
  readonly size: number;
  readonly dimensions: number;
  /** UTF-8 bytes of all words together. */
  readonly wordBytes: number;
}

/** Bytes in memory of any kind. */
type Bytes = Uint8Array<ArrayBuffer>;

/** The typed-array views that make up one lexicon, over one buffer. */
export interface LexiconSections {
  /** size + 1 byte positions in `blob`. */
  readonly offsets: Uint32Array;
  /** Open-addressing table, see WordTable. */
  readonly slots: Uint32Array;
  /** Length of each whitened vector, for exactly the stored values; 0 for a word without a vector. */
  readonly lengths: Float32Array;
  /** Factor of each word's bytes; empty in the float32 form. */
  readonly scales: Float32Array;
  /** dimensions x dimensions, see whiteningMatrix. */
  readonly whitening: Float32Array;
  /** size x dimensions, row-major. */
  readonly values: Float32Array | Int8Array;
  /** All words in frequency order, UTF-8, without separators. */
  readonly blob: Uint8Array;
}

/** A lexicon as it lies in memory: what its header says, and its sections. */
export interface LexiconContent extends LexiconHeader, LexiconSections {}

/** Views over a file's bytes, which begin at a multiple of 4, in file order (4-byte sections first); the one declaration of the layout. */
function sectionsOf({ buffer, byteOffset }: Bytes, header: LexiconHeader): LexiconSections {
  const { size, dimensions, form, wordBytes } = header;
  let position = byteOffset + HEADER_BYTES;
  const take = <T>(View: new (buffer: ArrayBuffer, start: number, length: number) => T, length: number, width: number): T => {
    const view = new View(buffer, position, length);
    position += length * width;
    return view;
  };
  const offsets = take(Uint32Array, size + 1, 4);
  const slots = take(Uint32Array, tableSlots(size), 4);
  const lengths = take(Float32Array, size, 4);
  const scales = take(Float32Array, form === 'int8' ? size : 0, 4);
  const whitening = take(Float32Array, dimensions * dimensions, 4);
  const values = form === 'int8' ? take(Int8Array, size * dimensions, 1) : take(Float32Array, size * dimensions, 4);
  const blob = take(Uint8Array, wordBytes, 1);
  return { offsets, slots, lengths, scales, whitening, values, blob };
}

/** Bytes of a file with this header. */
function fileBytes({ size, dimensions, form, wordBytes }: LexiconHeader): number {
  const perWord = form === 'int8' ? 12 + dimensions : 8 + 4 * dimensions;
  return HEADER_BYTES + 4 * (1 + tableSlots(size) + dimensions * dimensions) + size * perWord + wordBytes;
}

/** Writes word vectors as one lexicon file; equal input gives equal bytes. Throws for a repeated word or too long a name. */
export function writeLexicon(name: string, vectors: WordVectors, form: LexiconForm): Bytes {
  if (!/^[\x21-\x7e]{1,32}$/.test(name)) throw new RangeError(`a lexicon's name has 1 to 32 ASCII characters: ${name}`);
  const encoded = new TextEncoder().encode(vectors.words.join(''));
  const header = { name, form, size: vectors.words.length, dimensions: vectors.dimensions, wordBytes: encoded.length };
  const bytes = new Uint8Array(fileBytes(header));
  const sections = sectionsOf(bytes, header);
  sections.blob.set(encoded);
  let offset = 0;
  for (const [index, word] of vectors.words.entries()) sections.offsets[index + 1] = offset += Buffer.byteLength(word);
  new WordTable(sections.blob, sections.offsets, sections.slots).fill();
  storeValues(vectors, sections);
  sections.whitening.set(whiteningMatrix(vectors));
  storeLengths(vectors.dimensions, sections);
  writeHeader(bytes, header);
  return bytes;
}

/** One vector's values, for either form, into `out` of `dimensions` values. */
export function readVector(sections: LexiconSections, index: number, out: Float32Array): Float32Array {
  const start = index * out.length;
  const scale = sections.values instanceof Int8Array ? (sections.scales[index] ?? 0) : 1;
  for (let i = 0; i < out.length; i++) out[i] = (sections.values[start + i] ?? 0) * scale;
  return out;
}

/** Checks a file's bytes, which begin at a multiple of 4, and gives views over them; throws LexiconAssetError naming `path`. */
export function readLexicon(bytes: Bytes, path: string): LexiconContent {
  if (bytes.length < HEADER_BYTES) throw new LexiconAssetError('truncated', path);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(0, true) !== MAGIC) throw new LexiconAssetError('foreign', path);
  if (view.getUint32(4, true) !== VERSION) throw new LexiconAssetError('version', path);
  const form = FORMS[view.getUint32(8, true)];
  if (form === undefined) throw new LexiconAssetError('corrupt', path);
  const name = Buffer.from(bytes.subarray(NAME_START, HEADER_BYTES)).toString('latin1').replace(/\0+$/, '');
  const header = { name, form, size: view.getUint32(12, true), dimensions: view.getUint32(16, true), wordBytes: view.getUint32(20, true) };
  if (fileBytes(header) !== bytes.length) throw new LexiconAssetError('truncated', path);
  if (view.getUint32(24, true) !== checksum(bytes)) throw new LexiconAssetError('corrupt', path);
  return { ...header, ...sectionsOf(bytes, header) };
}

function writeHeader(bytes: Bytes, header: LexiconHeader): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const fields = [MAGIC, VERSION, FORMS.indexOf(header.form), header.size, header.dimensions, header.wordBytes];
  fields.forEach((field, i) => {
    view.setUint32(4 * i, field, true);
  });
  bytes.set(Buffer.from(header.name, 'latin1'), NAME_START);
  view.setUint32(24, checksum(bytes), true);
}

/** CRC-32 of everything but the checksum's own field. */
function checksum(bytes: Bytes): number {
  return crc32(bytes.subarray(28), crc32(bytes.subarray(0, 24)));
}

function storeValues({ dimensions, values }: WordVectors, sections: LexiconSections): void {
  if (sections.values instanceof Float32Array) {
    sections.values.set(values);
    return;
  }
  for (let index = 0; index < sections.scales.length; index++) {
    const vector = values.subarray(index * dimensions, (index + 1) * dimensions);
    const scale = Math.fround(vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127);
    sections.scales[index] = scale;
    for (let i = 0; i < dimensions && scale > 0; i++) sections.values[index * dimensions + i] = Math.round((vector[i] ?? 0) / scale);
  }
}

function storeLengths(dimensions: number, sections: LexiconSections): void {
  const vector = new Float32Array(dimensions);
  for (let index = 0; index < sections.lengths.length; index++) {
    sections.lengths[index] = Math.hypot(...multiplyLower(sections.whitening, readVector(sections, index, vector)));
  }
}
