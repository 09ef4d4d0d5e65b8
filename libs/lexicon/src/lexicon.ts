import { activeKernels, allocateRoom } from '@sigmalang/vector';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LexiconAssetError } from './lexicon-asset-error';
import { readLexicon, readVector, type LexiconContent, type LexiconForm } from './lexicon-file';
import { multiplyLower } from './whitening';
import { WordTable } from './word-table';

/** How a lexicon is loaded. */
export interface LexiconOptions {
  /**
   * Whether the file's bytes go to the memory of the vector kernels, where `values` are scanned without being copied, or to other memory
   * where that has no room left; they stay there for as long as the thread lives.
   */
  readonly forScanning?: boolean;
}

/** Words with their vectors in frequency order, as views over one asset file; immutable, safe for any string. */
export class Lexicon {
  /** Words. */
  readonly size: number;
  /** Values a vector. */
  readonly dimensions: number;
  /** How the vectors are stored. */
  readonly form: LexiconForm;
  /** Which vectors these are, such as `wink-sg-100d`. */
  readonly name: string;

  /** Which vectors these are and how they are stored, such as `wink-sg-100d-int8`. */
  readonly id: string;

  private readonly table: WordTable;
  private readonly scratch: Uint8Array;
  private readonly encoder = new TextEncoder();

  /** Takes over the bytes of a lexicon file; `path` is only for the message of a LexiconAssetError. */
  static from(buffer: ArrayBuffer, path = 'memory'): Lexicon {
    return new Lexicon(readLexicon(new Uint8Array(buffer), path));
  }

  /** Reads an asset file, about 0.1 s and its own size in memory; throws LexiconAssetError. */
  static load(path: string, { forScanning = false }: LexiconOptions = {}): Lexicon {
    const bytes = readWholeFile(path, forScanning ? allocateRoom : (size) => new Uint8Array(size));
    try {
      return new Lexicon(readLexicon(bytes, path));
    } catch (error) {
      activeKernels.release(bytes);
      throw error;
    }
  }

  private constructor(private readonly content: LexiconContent) {
    ({ size: this.size, dimensions: this.dimensions, form: this.form, name: this.name } = content);
    this.id = `${this.name}-${this.form}`;
    this.table = new WordTable(content.blob, content.offsets, content.slots);
    let longest = 0;
    for (let i = 0; i < this.size; i++) longest = Math.max(longest, (content.offsets[i + 1] ?? 0) - (content.offsets[i] ?? 0));
    this.scratch = new Uint8Array(longest);
  }

  /** Index of a word (exact, case-sensitive; the list is lower case), 0 being the commonest, or undefined. */
  indexOf(word: string): number | undefined {
    if (word.length > this.scratch.length) return undefined;
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i);
      if (code > 0x7f) return this.indexOfNonAscii(word);
      this.scratch[i] = code;
    }
    return this.table.find(this.scratch, word.length);
  }

  /** Index of the word whose UTF-8 bytes are `bytes[0..length)`, or undefined; makes no string. */
  indexOfUtf8(bytes: Uint8Array, length: number): number | undefined {
    return this.table.find(bytes, length);
  }

  /** The word at an index; throws RangeError outside 0..size - 1. */
  word(index: number): string {
    return this.table.word(this.checked(index));
  }

  /** Length of the word's UTF-8 bytes, which are written to the start of `out` where it has room for them; throws RangeError outside 0..size - 1. */
  readUtf8(index: number, out: Uint8Array): number {
    return this.table.read(this.checked(index), out);
  }

  /** The word's vector as the list has it (not unit length), into `out` where given; throws RangeError outside 0..size - 1. */
  vector(index: number, out = new Float32Array(this.dimensions)): Float32Array {
    if (out.length !== this.dimensions) throw new RangeError(`a vector has ${this.dimensions} values, not ${out.length}`);
    return readVector(this.content, this.checked(index), out);
  }

  /** All vectors as stored, size x dimensions, row-major; in the int8 form a row counts times its `scale`. */
  get values(): Float32Array | Int8Array {
    return this.content.values;
  }

  /** The factor of a row of `values`: 1 in the float32 form; throws RangeError outside 0..size - 1. */
  scale(index: number): number {
    return this.content.scales[this.checked(index)] ?? 1;
  }

  /** Length of the word's whitened vector; 0 when the word has no vector. Throws RangeError outside 0..size - 1. */
  whitenedLength(index: number): number {
    return this.content.lengths[this.checked(index)] ?? 0;
  }

  /** A sum of word vectors in the space where no direction is commoner than another, see whiteningMatrix. */
  whiten(vector: ArrayLike<number>): Float64Array {
    return multiplyLower(this.content.whitening, vector);
  }

  private indexOfNonAscii(word: string): number | undefined {
    const { read, written } = this.encoder.encodeInto(word, this.scratch);
    return read === word.length ? this.table.find(this.scratch, written) : undefined;
  }

  private checked(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) throw new RangeError(`no word has the index ${index}`);
    return index;
  }
}

/** A file's bytes in memory that `allocate` gives. */
function readWholeFile(path: string, allocate: (bytes: number) => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = allocate(fstatSync(file).size);
      let position = 0;
      for (let read = 1; read > 0 && position < bytes.length; position += read) {
        read = readSync(file, bytes, position, bytes.length - position, position);
      }
      return bytes;
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new LexiconAssetError('missing', path, { cause });
  }
}
