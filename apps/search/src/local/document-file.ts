import type { Metadata } from '@sigmalang/contracts';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { phraseFrequency } from '../text/phrase-frequency';
import { analyze, wordsOf } from '../text/text-analyzer';
import { longPhraseScoreOf, phraseScoreOf } from './phrase-score';

/** Most memory for pages, in KiB; what is mapped comes on top, and is the system's to drop. */
const CACHE_KIB = 16_384;

/** Most bytes of the file that are read as memory. */
const MAPPED_BYTES = 2 ** 31 - 65_536;

/** How long to wait for another connection. */
const BUSY_MS = 5_000;

/** Words of a phrase that SQLite looks for: it takes a step for each word in each document that has all of them, however short the document is. */
const MOST_MATCHED_WORDS = 32;

/** Every character of ASCII that is no letter, digit or space: with these a token is what stands between spaces, and nothing else. */
const TOKEN_CHARACTERS = Array.from({ length: 94 }, (_character, i) => String.fromCharCode(33 + i)).filter((character) => !/[a-z0-9]/i.test(character)).join('');

const quoted = (text: string, quote: string): string => quote + text.replaceAll(quote, quote + quote) + quote;

/**
 * `documents` has what is answered with, `embeddings` what vectors are scored by, apart since they are read apart; `phrases` has the words
 * of the documents in their order, and none of their text; `state` has one row.
 */
const SCHEMA = `
  CREATE TABLE documents (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, text TEXT NOT NULL, metadata TEXT NOT NULL) STRICT;
  CREATE TABLE embeddings (row INTEGER PRIMARY KEY, embedding BLOB NOT NULL) STRICT;
  CREATE VIRTUAL TABLE phrases USING fts5(words, content='', tokenize=${quoted(`ascii tokenchars ${quoted(TOKEN_CHARACTERS, "'")}`, '"')});
  CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, rows INTEGER NOT NULL, dimensions INTEGER NOT NULL) STRICT;
`;

/** A document as the file keeps it. */
export interface StoredDocument {
  readonly row: number;
  readonly id: string;
  readonly seq: number;
  readonly text: string;
  readonly metadata: Metadata;
}

/** How far a file is: `seq` of its last change, and the rows it has given out, dead ones included. */
export interface FileState {
  readonly seq: number;
  readonly rows: number;
  readonly dimensions: number;
}

/** Rows in ascending order, and the score of each. */
export interface ScoredRows {
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
}

/**
 * The SQLite file of an index: documents by row, their embeddings, and their words for phrases. It is a cache: a write is in it after a
 * crash of the process, and not after one of the machine. Nothing of a caller is ever part of a statement.
 */
export class DocumentFile {
  private readonly statements = new Map<string, StatementSync>();

  private constructor(
    private readonly database: DatabaseSync,
    /** Values of an embedding. */
    readonly dimensions: number,
  ) {}

  /** Makes a file that is not there yet, or one in memory at `:memory:`. */
  static create(path: string, dimensions: number): DocumentFile {
    const database = connect(path);
    database.exec(SCHEMA);
    database.prepare('INSERT INTO state VALUES (1, 0, 0, ?)').run(dimensions);
    return new DocumentFile(database, dimensions);
  }

  /** Opens a file, only to read it where that is said; throws the error of SQLite where that is none. */
  static open(path: string, readOnly = false): DocumentFile {
    const database = connect(path, readOnly);
    try {
      const { dimensions } = database.prepare('SELECT dimensions FROM state').get() as unknown as FileState;
      return new DocumentFile(database, dimensions);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** How far it is. */
  get state(): FileState {
    return { ...(this.statement('SELECT seq, rows, dimensions FROM state').get() as unknown as FileState) };
  }

  /** Does all that `work` does, or, where that throws, nothing. */
  transaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Says how far it is. */
  advance(seq: number, rows: number): void {
    this.run('UPDATE state SET seq = ?, rows = ?', seq, rows);
  }

  /** Keeps a document whose id is not there; `words` are those of its text, without a space in any. */
  add({ row, id, seq, text, metadata }: StoredDocument, embedding: Float32Array, words: readonly string[]): void {
    this.run('INSERT INTO documents VALUES (?, ?, ?, ?, ?)', row, id, seq, text, JSON.stringify(metadata));
    this.run('INSERT INTO embeddings VALUES (?, ?)', row, new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
    this.run('INSERT INTO phrases (rowid, words) VALUES (?, ?)', row, words.join(' '));
  }

  /** Removes the document of a row, whose words have to be those it was added with. (With `contentless_delete` they would not be needed, but BM25 would go on to count the document.) */
  remove(row: number, words: readonly string[]): void {
    this.run('DELETE FROM documents WHERE row = ?', row);
    this.run('DELETE FROM embeddings WHERE row = ?', row);
    this.run("INSERT INTO phrases (phrases, rowid, words) VALUES ('delete', ?, ?)", row, words.join(' '));
  }

  /** Where the document of an id is, what it is of, and its text; undefined where there is none. */
  find(id: string): Pick<StoredDocument, 'row' | 'seq' | 'text'> | undefined {
    return this.statement('SELECT row, seq, text FROM documents WHERE id = ?').get(id) as Pick<StoredDocument, 'row' | 'seq' | 'text'> | undefined;
  }

  /** The document of a row; throws RangeError where there is none. */
  document(row: number): StoredDocument {
    const found = this.statement('SELECT row, id, seq, text, metadata FROM documents WHERE row = ?').get(row);
    if (!found) throw new RangeError(`row ${row} has no document`);
    return { ...(found as unknown as StoredDocument), metadata: JSON.parse(found['metadata'] as string) as Metadata };
  }

  /** The metadata of a row; throws RangeError where there is none. */
  metadata(row: number): Metadata {
    const found = this.statement('SELECT metadata FROM documents WHERE row = ?').get(row);
    if (!found) throw new RangeError(`row ${row} has no document`);
    return JSON.parse(found['metadata'] as string) as Metadata;
  }

  /** The embedding of a row; throws RangeError where there is none. */
  embedding(row: number): Float32Array {
    const found = this.statement('SELECT embedding FROM embeddings WHERE row = ?').get(row);
    if (!found) throw new RangeError(`row ${row} has no embedding`);
    return floatsOf(found['embedding'] as Uint8Array);
  }

  /** Embeddings of the next rows after `row`, in order, at most `count`; none at the end. */
  embeddingsAfter(row: number, count: number): { readonly row: number; readonly embedding: Float32Array }[] {
    const found = this.statement('SELECT row, embedding FROM embeddings WHERE row > ? ORDER BY row LIMIT ?').all(row, count);
    return found.map((each) => ({ row: each['row'] as number, embedding: floatsOf(each['embedding'] as Uint8Array) }));
  }

  /** Documents of the next rows after `row`, in order, at most `count`; none at the end. */
  documentsAfter(row: number, count: number): StoredDocument[] {
    const found = this.statement('SELECT row, id, seq, text, metadata FROM documents WHERE row > ? ORDER BY row LIMIT ?').all(row, count);
    return found.map((each) => ({ ...(each as unknown as StoredDocument), metadata: JSON.parse(each['metadata'] as string) as Metadata }));
  }

  /** Rows that have these words one after another, and the BM25 of that, see {@link phraseScore}, of so many documents as there are; none for no words. */
  phrase(words: readonly string[], documents: number): ScoredRows {
    if (words.length === 0) return { rows: new Uint32Array(), scores: new Float64Array() };
    const select = this.statement('SELECT rowid, bm25(phrases) FROM phrases WHERE phrases MATCH ? ORDER BY rowid');
    select.setReturnArrays(true);
    const begins = words.slice(0, MOST_MATCHED_WORDS);
    const found = select.all(quoted(begins.join(' '), '"')) as unknown as [number, number][];
    if (begins.length < words.length) return this.longPhrase(words, begins, found, documents);
    const scoreOf = phraseScoreOf(documents, found.length);
    return { rows: Uint32Array.from(found, ([row]) => row), scores: Float64Array.from(found, ([, bm25]) => scoreOf(bm25)) };
  }

  /** Those of the rows with the first words of a phrase that have all of it. */
  private longPhrase(words: readonly string[], begins: readonly string[], found: readonly [row: number, bm25: number][], documents: number): ScoredRows {
    const whole = found.flatMap(([row, bm25]) => {
      const { text } = this.document(row);
      if (text.length < words.length) return [];
      const inText = wordsOf(analyze(text));
      const frequency = phraseFrequency(words, inText);
      return frequency === 0 ? [] : [{ row, bm25, frequency, beginnings: phraseFrequency(begins, inText) }];
    });
    const scoreOf = longPhraseScoreOf(documents, found.length, whole.length);
    return { rows: Uint32Array.from(whole, ({ row }) => row), scores: Float64Array.from(whole, scoreOf) };
  }

  /** Writes what was changed to the file proper, as far as no reader is in the way; with `truncate` all of it, leaving the log empty. */
  checkpoint(mode: 'passive' | 'truncate'): void {
    const { busy } = this.database.prepare(mode === 'truncate' ? 'PRAGMA wal_checkpoint(TRUNCATE)' : 'PRAGMA wal_checkpoint(PASSIVE)').get() as { busy: number };
    if (mode === 'truncate' && busy !== 0) throw new Error('the file of an index is being read by another connection');
  }

  /** Closes the file. */
  close(): void {
    this.statements.clear();
    this.database.close();
  }

  private run(sql: string, ...values: SQLInputValue[]): void {
    this.statement(sql).run(...values);
  }

  private statement(sql: string): StatementSync {
    const there = this.statements.get(sql);
    if (there) return there;
    const made = this.database.prepare(sql);
    this.statements.set(sql, made);
    return made;
  }
}

/** `wal_autocheckpoint` is off so that the file proper stays as it is while another thread copies it. */
function connect(path: string, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS });
  database.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`);
  if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0');
  return database;
}

/** Floats of a blob, whose bytes may begin anywhere. */
function floatsOf(blob: Uint8Array): Float32Array {
  return blob.byteOffset % 4 === 0 ? new Float32Array(blob.buffer, blob.byteOffset, blob.byteLength / 4) : new Float32Array(blob.slice().buffer);
}
