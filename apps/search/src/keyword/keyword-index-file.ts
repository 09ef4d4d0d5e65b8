import { KeywordIndexError } from './keyword-index-error';

/** First bytes: name and version of the form. */
const MAGIC = Buffer.from('SLKEYS1\n', 'latin1');

/** Numbers that make the bytes of one term, so that a part is written at a time. */
const PART_BYTES = 1 << 20;

/** What is written. */
interface IndexContent {
  /** Stems of the document in each row, undefined where there is none. */
  readonly lengths: readonly (number | undefined)[];
  readonly terms: readonly string[];
  /** Calls `visit` for each document with a term, in ascending order of rows. */
  postingsOf(term: string, visit: (row: number, frequency: number) => void): void;
}

/** Who takes what is read, in this order. */
interface IndexReader {
  length(row: number, length: number): void;
  /** All rows, those without a document at the end among them. */
  rows(rows: number): void;
  term(stem: string): void;
  /** Gives whether there is such a document. */
  posting(row: number, frequency: number): boolean;
}

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
  for (const length of content.lengths) numbers.write(length === undefined ? 0 : length + 1);
  for (const term of content.terms) {
    const postings: number[] = [];
    let before = -1;
    content.postingsOf(term, (row, frequency) => {
      postings.push(row - before, frequency);
      before = row;
    });
    numbers.write(postings.length / 2);
    for (const number of postings) numbers.write(number);
  }
  return [MAGIC, size, terms, ...numbers.finish()];
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
  readLengths(numbers, reader);
  for (const term of terms) {
    reader.term(term);
    readPostings(numbers, reader);
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

function readLengths(numbers: NumberReader, reader: IndexReader): void {
  const rows = numbers.read();
  if (rows > numbers.left) throw damaged();
  for (let row = 0; row < rows; row++) {
    const length = numbers.read();
    if (length > 0) reader.length(row, length - 1);
  }
  reader.rows(rows);
}

function readPostings(numbers: NumberReader, reader: IndexReader): void {
  const count = numbers.read();
  if (count === 0) throw damaged();
  let row = -1;
  for (let i = 0; i < count; i++) {
    const distance = numbers.read();
    const frequency = numbers.read();
    row += distance;
    if (distance === 0 || frequency === 0 || frequency > 255 || !reader.posting(row, frequency)) throw damaged();
  }
}

function damaged(): KeywordIndexError {
  return new KeywordIndexError('the bytes of the keyword index are damaged');
}

class NumberWriter {
  private readonly parts: Buffer[] = [];
  private part = Buffer.allocUnsafe(PART_BYTES);
  private used = 0;

  /** Writes 0 to 2^32 - 1 in 1 to 5 bytes. */
  write(number: number): void {
    if (this.used + 5 > this.part.length) {
      this.parts.push(this.part.subarray(0, this.used));
      this.part = Buffer.allocUnsafe(PART_BYTES);
      this.used = 0;
    }
    let rest = number;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.part[this.used++] = (rest % 0x80) | 0x80;
    this.part[this.used++] = rest;
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
