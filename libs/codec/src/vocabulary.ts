import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { VOCABULARY_HEADER_WORDS, VOCABULARY_MAGIC, VOCABULARY_VERSION, hashToken } from './vocabulary-format';

/** Thrown when the vocabulary asset is missing or damaged; the message names the file and the command that builds it. */
export class VocabularyError extends Error {
  override readonly name = 'VocabularyError';

  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(`vocabulary ${path} ${problem}; build it with: npx nx run codec:vocabulary`);
  }
}

/** What encoding and decoding ask of a vocabulary; {@link Vocabulary} says it in detail. */
export interface TokenTable {
  /** Number of tokens; their ids are 0 to size - 1. */
  readonly size: number;
  find(bytes: Uint8Array, start: number, end: number): number;
  tokenBytes(id: number): Uint8Array;
}

/** The byte strings of the o200k vocabulary (199,998 tokens; a token's id is its merge rank) in typed arrays, about 4 MB. */
export class Vocabulary implements TokenTable {
  private constructor(
    readonly size: number,
    private readonly offsets: Uint32Array,
    private readonly slots: Uint32Array,
    private readonly bytes: Uint8Array,
  ) {}

  /** Reads the asset that `nx run codec:vocabulary` writes, in a few milliseconds; throws `VocabularyError`. */
  static load(path: string): Vocabulary {
    const file = read(path);
    const headerBytes = VOCABULARY_HEADER_WORDS * 4;
    if (file.length < headerBytes) throw new VocabularyError(path, 'is truncated');
    const [magic, version, size = 0, slotCount = 0, byteCount = 0, checksum] = words(file, 0, VOCABULARY_HEADER_WORDS);
    if (magic !== VOCABULARY_MAGIC) throw new VocabularyError(path, 'is not a vocabulary');
    if (version !== VOCABULARY_VERSION) {
      throw new VocabularyError(path, `has version ${String(version)}, expected ${VOCABULARY_VERSION}`);
    }
    const expected = headerBytes + 4 * (size + 1) + 4 * slotCount + byteCount;
    if (file.length !== expected) throw new VocabularyError(path, `has ${file.length} bytes, expected ${expected}`);
    if (crc32(file.subarray(headerBytes)) !== checksum) throw new VocabularyError(path, 'is corrupt (CRC-32 differs)');
    const slotsAt = headerBytes + 4 * (size + 1);
    return new Vocabulary(
      size,
      words(file, headerBytes, size + 1),
      words(file, slotsAt, slotCount),
      file.subarray(slotsAt + 4 * slotCount),
    );
  }

  /** The id of the token made of bytes `start` to `end - 1`, or -1 if there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hashToken(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const id = (this.slots[slot] ?? 0) - 1;
      if (id < 0 || this.#equals(id, bytes, start, end)) return id;
    }
  }

  /** The bytes of a token (a view, not to be changed), none for an id that the vocabulary does not have. */
  tokenBytes(id: number): Uint8Array {
    return this.bytes.subarray(this.offsets[id] ?? 0, this.offsets[id + 1] ?? this.offsets[id] ?? 0);
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.offsets[id] ?? 0;
    if ((this.offsets[id + 1] ?? 0) - from !== end - start) return false;
    for (let i = start; i < end; i++) if (bytes[i] !== this.bytes[from + i - start]) return false;
    return true;
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new VocabularyError(path, `cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** `count` little-endian 32-bit words from byte `at`: a view where they are aligned, since a copy would stay in memory for long. */
function words(file: Buffer, at: number, count: number): Uint32Array {
  const start = file.byteOffset + at;
  if (start % 4 === 0) return new Uint32Array(file.buffer, start, count);
  const bytes = new Uint8Array(count * 4);
  bytes.set(file.subarray(at, at + count * 4));
  return new Uint32Array(bytes.buffer);
}
