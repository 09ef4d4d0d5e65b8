import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, type Gunzip } from 'node:zlib';

/** Name of the format, in the first line of a backup. */
export const BACKUP_FORMAT = 'sigmalang-backup';

/** Version of the format that is written. */
export const BACKUP_VERSION = 1;

/** A table of a backup with the names of its columns, in the order of the values of a row. */
export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** First line of a backup. */
export interface BackupHeader {
  readonly format: typeof BACKUP_FORMAT;
  readonly version: number;
  /** Version of the tables, see {@link STORAGE_MIGRATIONS}. */
  readonly schema: number;
  /** In the order of the rows. */
  readonly tables: readonly BackupTable[];
  /** The last id that was given to a collection, 0 before any. */
  readonly lastCollectionId: number;
}

/** A line of a row: the place of its table in the header, and its values as PostgreSQL writes them, bytes in base64. */
export type BackupRow = readonly [table: number, ...values: (string | null)[]];

/** Last line of a backup. */
export interface BackupEnd {
  /** Rows, by table. */
  readonly counts: Readonly<Record<string, number>>;
  /** SHA-256 of all lines before, in hexadecimal. */
  readonly sha256: string;
}

/** What a backup holds. */
export interface BackupSummary {
  readonly header: BackupHeader;
  readonly end: BackupEnd;
}

/** The file is no whole backup, or one that this version cannot read; the message says why, and nothing of what is in it. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/**
 * Reads a backup line by line and hands on each row, as the reader takes them. Throws a {@link BackupError} where the file is damaged, cut
 * off, or newer than this version; rows before the fault have been handed on by then, so a first reading only looks.
 *
 * @param knownSchema version of the tables that this program knows
 */
export async function readBackup(file: string, knownSchema: number, onRow: (row: BackupRow, header: BackupHeader) => void | Promise<void>): Promise<BackupSummary> {
  const reading = new BackupReading(knownSchema, onRow);
  for await (const line of linesOf(file)) await reading.take(line);
  return reading.finish();
}

/** Lines end at line feeds and nowhere else: JSON leaves other line ends of Unicode as they are. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file);
  const gunzip = createGunzip();
  input.on('error', (error) => gunzip.destroy(error));
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const content = unpacked(input.pipe(gunzip));
  try {
    for await (const chunk of content) {
      const lines = `${rest}${decoder.write(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    input.destroy();
  }
  if (rest !== '') yield rest;
}

async function* unpacked(gunzip: Gunzip): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BackupError(code === 'ENOENT' ? 'There is no such file' : 'The backup is damaged, or no backup');
  }
}

class BackupReading {
  private readonly hash = createHash('sha256');
  private readonly counts = new Map<string, number>();
  private header: BackupHeader | undefined;
  private end: BackupEnd | undefined;

  constructor(
    private readonly knownSchema: number,
    private readonly onRow: (row: BackupRow, header: BackupHeader) => void | Promise<void>,
  ) {}

  async take(line: string): Promise<void> {
    if (this.end) throw new BackupError('The backup is damaged: something stands behind its end');
    const content = parseLine(line);
    if (!this.header) this.header = readHeader(content, this.knownSchema);
    else if (Array.isArray(content)) await this.takeRow(this.header, content as unknown as BackupRow);
    else {
      this.end = content as BackupEnd;
      return;
    }
    this.hash.update(line).update('\n');
  }

  finish(): BackupSummary {
    const { header, end } = this;
    if (!header || !end) throw new BackupError('The backup is cut off');
    const counts = header.tables.every(({ name }) => (this.counts.get(name) ?? 0) === end.counts[name]);
    if (end.sha256 !== this.hash.digest('hex') || !counts) throw new BackupError('The backup is damaged: it does not hold what was written');
    return { header, end };
  }

  private async takeRow(header: BackupHeader, row: BackupRow): Promise<void> {
    const table = header.tables[row[0]];
    if (!table || row.length !== table.columns.length + 1) throw new BackupError('The backup is damaged: a row is of no table');
    this.counts.set(table.name, (this.counts.get(table.name) ?? 0) + 1);
    await this.onRow(row, header);
  }
}

function parseLine(line: string): object {
  try {
    const content: unknown = JSON.parse(line);
    if (typeof content === 'object' && content !== null) return content;
  } catch {
    // as any other line that is none
  }
  throw new BackupError('The backup is damaged: a line cannot be read');
}

function readHeader(content: object, knownSchema: number): BackupHeader {
  const header = content as Partial<BackupHeader>;
  if (header.format !== BACKUP_FORMAT || !Array.isArray(header.tables)) throw new BackupError('The file is no backup');
  if ((header.version ?? 0) > BACKUP_VERSION || (header.schema ?? 0) > knownSchema) throw new BackupError('The backup is of a later version; restore it with that');
  return header as BackupHeader;
}
