import { KeywordIndexError } from './keyword-index-error';

/** First bytes: name and version of the form. */
const MAGIC = Buffer.from('SLKEYS1\n', 'latin1');

/** Bytes that are written at a time, at least. */
const PART_BYTES = 1 << 20;

/** Most bytes of a number of at most 32 bits. */
const NUMBER_BYTES = 5;

/** What is written. */
interface IndexContent {
  /** Stems of the document in each row, NO_DOCUMENT where there is none. */
  readonly lengths: Uint32Array;
  readonly terms: readonly string[];
  /** Documents with a term. */
  countOf(term: string): number;
  /** Calls `visit` with the places [from, to) of all postings of a term, in ascending order of rows; rows without a document are left out. */
  postingsOf(term: string, visit: (rows: Uint32Array, frequencies: Uint8Array, from: number, to: number) => void): void;
}

/** Who takes what is read, in this order. */
interface IndexReader {
  length(row: number, length: number): void;
  /** All rows, those without a document at the end among them. */
  rows(rows: number): void;
  /** The first `count` of arrays that are filled anew for each term, rows in ascending order; gives whether there are such documents. */
  postings(term: string, rows: Uint32Array, frequencies: Uint8Array, count: number): boolean;
}

/** The length of a row without a document. */
export const NO_DOCUMENT = 0xffffffff;

/**
 * The bytes of an index: magic, the number of bytes of a JSON list of the terms (4 bytes, little-endian), that list, and LEB128 numbers: rows; for
 * each row its stems + 1, or 0; for each term the number of its documents, and for each of these the distance of its row to the one before (the
 * first: to -1) and its frequency.
 */
export function writeKeywordIndex(content: IndexContent): Buffer[] {
  const terms = Buffer.from(JSON.stringify(content.terms));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(terms.length);
  const numbers = new NumberWriter();
  numbers.write(content.lengths.length);
  for (const length of content.lengths) numbers.write(length === NO_DOCUMENT ? 0 : length + 1);
  for (const term of content.terms) writePostings(numbers, term, content);
  return [MAGIC, size, terms, ...numbers.finish()];
}

function writePostings(numbers: NumberWriter, term: string, content: IndexContent): void {
  const { lengths } = content;
  const count = content.countOf(term);
  let [before, written] = [-1, 0];
  numbers.write(count);
  content.postingsOf(term, (rows, frequencies, from, to) => {
    const bytes = numbers.reserve(2 * NUMBER_BYTES * (to - from));
    let at = 0;
    for (let place = from; place < to; place++) {
      const row = rows[place] as number;
      if (lengths[row] === NO_DOCUMENT) continue;
      const distance = row - before;
      if (distance < 0x4000) {
        // One or two bytes, without a branch, which would be foreseen wrongly every other time.
        const isLong = (0x7f - distance) >>> 31;
        bytes[at] = (distance & 0x7f) | (isLong << 7);
        bytes[at + 1] = distance >>> 7;
        at += 1 + isLong;
      } else at = putNumber(bytes, at, distance);
      const frequency = frequencies[place] as number;
      if (frequency < 0x80) bytes[at++] = frequency;
      else at = putNumber(bytes, at, frequency);
      before = row;
      written++;
    }
    numbers.advance(at);
  });
  if (written !== count) throw new Error('a term has other documents than were counted');
}

/** Puts 0 to 2^32 - 1 into 1 to 5 bytes; gives where the next are. */
function putNumber(bytes: Uint8Array, at: number, number: number): number {
  let [next, rest] = [at, number >>> 0];
  for (; rest >= 0x80; rest >>>= 7) bytes[next++] = (rest & 0x7f) | 0x80;
  bytes[next++] = rest;
  return next;
}

/** Reads what {@link writeKeywordIndex} gave. Throws KeywordIndexError where the bytes are damaged or of another version. */
export function readKeywordIndex(bytes: Uint8Array, reader: IndexReader): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw new KeywordIndexError('these bytes are no keyword index of this version');
  const start = MAGIC.length + 4;
  if (buffer.length < start) throw damaged();
  const end = start + buffer.readUInt32LE(MAGIC.length);
  if (buffer.length < end) throw damaged();
  const terms = readTerms(buffer.subarray(start, end));
  const numbers = new NumberReader(buffer, end);
  const most = readLengths(numbers, reader);
  const [rows, frequencies] = [new Uint32Array(most), new Uint8Array(most)];
  for (const term of terms) {
    const count = numbers.readPostings(rows, frequencies);
    if (!reader.postings(term, rows, frequencies, count)) throw damaged();
  }
  if (!numbers.isAtEnd) throw damaged();
}

function readTerms(bytes: Buffer): string[] {
  let terms: unknown;
  try {
    terms = JSON.parse(bytes.toString());
  } catch {
    throw damaged();
  }
  if (!Array.isArray(terms) || new Set(terms).size !== terms.length) throw damaged();
  return terms.map((term: unknown) => {
    if (typeof term !== 'string') throw damaged();
    return term;
  });
}

/** Gives the number of rows. */
function readLengths(numbers: NumberReader, reader: IndexReader): number {
  const rows = numbers.read();
  if (rows > numbers.left) throw damaged();
  for (let row = 0; row < rows; row++) {
    const length = numbers.read();
    if (length > 0) reader.length(row, length - 1);
  }
  reader.rows(rows);
  return rows;
}

function damaged(): KeywordIndexError {
  return new KeywordIndexError('the bytes of the keyword index are damaged');
}

class NumberWriter {
  private readonly parts: Buffer[] = [];
  private part = Buffer.allocUnsafe(PART_BYTES);
  private used = 0;

  write(number: number): void {
    this.advance(putNumber(this.reserve(NUMBER_BYTES), 0, number));
  }

  /** Where the next bytes go, at least so many; `advance` says how many were put there. */
  reserve(bytes: number): Uint8Array {
    if (this.used + bytes > this.part.length) {
      this.parts.push(this.part.subarray(0, this.used));
      this.part = Buffer.allocUnsafe(Math.max(PART_BYTES, bytes));
      this.used = 0;
    }
    return this.part.subarray(this.used);
  }

  advance(bytes: number): void {
    this.used += bytes;
  }

  finish(): Buffer[] {
    return [...this.parts, this.part.subarray(0, this.used)];
  }
}

class NumberReader {
  constructor(
    private readonly bytes: Uint8Array,
    private position: number,
  ) {}

  get isAtEnd(): boolean {
    return this.position === this.bytes.length;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  /** Reads a number of at most 32 bits; throws KeywordIndexError where there is none. */
  read(): number {
    const byte = this.bytes[this.position++];
    if (byte !== undefined && byte < 0x80) return byte;
    return this.readLong(byte);
  }

  /** Fills arrays with the documents of a term, and gives their number; throws as `read`. */
  readPostings(rows: Uint32Array, frequencies: Uint8Array): number {
    const count = this.read();
    if (count === 0 || count > rows.length) throw damaged();
    const { bytes } = this;
    let [row, at] = [-1, this.position];
    for (let i = 0; i < count; i++) {
      // A distance of one or two bytes and a frequency of one, without a branch between them.
      const [first, second] = [bytes[at] ?? 0xff, bytes[at + 1] ?? 0xff];
      const isLong = first >>> 7;
      let distance = (first & 0x7f) | ((second & 0x7f & -isLong) << 7);
      let frequency = bytes[at + 1 + isLong] ?? 0xff;
      at += 2 + isLong;
      if ((isLong & (second >>> 7)) !== 0 || frequency >= 0x80) {
        this.position = at - 2 - isLong;
        [distance, frequency] = [this.read(), this.read()];
        at = this.position;
      }
      row += distance;
      if (distance === 0 || frequency === 0 || frequency > 255 || row >= rows.length) throw damaged();
      rows[i] = row;
      frequencies[i] = frequency;
    }
    this.position = at;
    return count;
  }

  private readLong(first: number | undefined): number {
    let [byte, value] = [first, 0];
    for (let factor = 1; factor <= 0x80 ** 4; factor *= 0x80) {
      if (byte === undefined) throw damaged();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value >= 0xffffffff) throw damaged();
        return value;
      }
      byte = this.bytes[this.position++];
    }
    throw damaged();
  }
}
