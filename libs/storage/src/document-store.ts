import { ServiceError, type Metadata } from '@sigmalang/contracts';
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { ChangeFeed } from './change-feed';
import { type Changes, compareCodePoints, type IndexedDocument, StaleGenerationError, type WithinWrite } from './changes';
import { lockCollection, numberChange } from './collection-lock';
import type { CollectionRow } from './collection-store';
import type { Database, Transaction } from './database';
import { fromEmbeddingBytes, toEmbeddingBytes } from './embedding-bytes';
import { documents } from './search.schema';

/** A document to keep. */
export interface NewStoredDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  /** By the model of the collection. */
  readonly embedding: Float32Array;
}

/** A document as it is kept. */
export interface StoredDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  /** Number of the change that put it there. */
  readonly seq: number;
}

/** Some documents, and where to go on. */
export interface DocumentPage {
  readonly documents: StoredDocument[];
  readonly nextCursor: string | null;
}

/** Bytes of texts and metadata after which what `changesAfter` gives ends with the change that it is at. */
const CHANGED_BYTES = 8_388_608;

/** Most removals that are forgotten in one transaction. */
const PRUNED_AT_ONCE = 10_000;

/** Keeps the documents of collections, with their embeddings. Every write is one transaction and one number of its collection. */
export class DocumentStore {
  constructor(
    private readonly database: Database,
    private readonly feed: ChangeFeed,
  ) {}

  /**
   * Keeps documents, each in the place of any of its id; all of them or none. Throws NOT_FOUND when the collection is gone,
   * {@link StaleGenerationError} when its generation is another, and a TypeError where an embedding has other dimensions.
   *
   * @param added each id once
   */
  async put(collectionId: number, generation: number, added: readonly NewStoredDocument[], within?: WithinWrite): Promise<{ seq: number }> {
    const ordered = added.toSorted((a, b) => compareCodePoints(a.id, b.id));
    const seq = await this.database.transaction('documents.put', async (tx) => {
      const before = await lockCollection(tx, collectionId);
      if (before.generation !== generation) throw new StaleGenerationError();
      const collection = await numberChange(tx, before, await upsert(tx, before, ordered));
      await within?.(tx, collection, { put: ordered.map((document) => ({ ...document, seq: collection.seq })), removed: [], seq: collection.seq });
      await this.feed.announce(tx, collectionId, collection.seq);
      return collection.seq;
    });
    this.feed.committed(collectionId, seq);
    return { seq };
  }

  /** A document, or undefined. */
  async get(collectionId: number, id: string): Promise<StoredDocument | undefined> {
    const [row] = await this.database.run('documents.get', (db) => selectLive(db, collectionId, id));
    return row && toDocument(row);
  }

  /** Removes a document and gives it a last time, with the number of the removal as `seq`, or undefined where there is none. Throws NOT_FOUND when the collection is gone. */
  async delete(collectionId: number, id: string, within?: WithinWrite): Promise<StoredDocument | undefined> {
    const removed = await this.database.transaction('documents.delete', async (tx) => {
      const before = await lockCollection(tx, collectionId);
      const [row] = await selectLive(tx, collectionId, id);
      if (!row) return undefined;
      const collection = await numberChange(tx, before, { documents: -1, bytes: -row.bytes });
      const { seq } = collection;
      await tx
        .update(documents)
        .set({ text: null, metadata: null, bytes: 0, seq, changedAt: sql`now()` })
        .where(and(eq(documents.collectionId, collectionId), eq(documents.id, id)));
      await tx.execute(sql`delete from embeddings where collection_id = ${collectionId} and id = ${id}`);
      await within?.(tx, collection, { put: [], removed: [{ id, seq }], seq });
      await this.feed.announce(tx, collectionId, seq);
      return { ...toDocument(row), seq };
    });
    if (removed) this.feed.committed(collectionId, removed.seq);
    return removed;
  }

  /**
   * Documents by the code points of their ids, those after `cursor`.
   *
   * @param limit how many at most, 1 or more
   * @param mostBytes how many bytes of text and metadata at most; the first document is there though it has more
   */
  async list(collectionId: number, limit: number, cursor = '', mostBytes = Number.MAX_SAFE_INTEGER): Promise<DocumentPage> {
    const { rows } = await this.database.run('documents.list', (db) =>
      db.execute<DocumentRow & { found: string }>(sql`
        select id, text, metadata, seq, bytes, found from (
          select *, sum(bytes) over (order by id) as upto, row_number() over (order by id) as place, count(*) over () as found from (
            select id, text, metadata, seq, bytes from documents
            where collection_id = ${collectionId} and text is not null and id > ${cursor} order by id limit ${limit + 1}
          ) as following
        ) as counted
        where place = 1 or (place <= ${limit} and upto <= ${mostBytes}) order by id`),
    );
    const more = rows.length < Number(rows[0]?.found ?? 0);
    return { documents: rows.map(toDocument), nextCursor: more ? (rows.at(-1)?.id ?? null) : null };
  }

  /**
   * What the changes after a number leave behind: from a document's states only the latest, whole changes at a time, from 0 without removals.
   * Throws NOT_FOUND when the collection is gone, and {@link StaleGenerationError} when its generation is another.
   *
   * @param limit about how many documents; more where a change has more, fewer where they are large
   */
  async changesAfter(collectionId: number, generation: number, after: number, limit: number): Promise<Changes> {
    const { rows } = await this.database.run('documents.changes', (db) => db.execute<HeadRow | ChangeRow>(changesQuery(collectionId, generation, after, limit)));
    const [first] = rows;
    if (!first) throw new ServiceError('NOT_FOUND', 'There is no such collection');
    if (first.generation !== generation) throw new StaleGenerationError();
    const changed = rows.filter(isChanged);
    return {
      put: changed.flatMap((row) => (row.text === null ? [] : [toIndexed(row)])),
      removed: changed.flatMap(({ id, text, seq }) => (text === null ? [{ id, seq: Number(seq) }] : [])),
      seq: Number(first.upto),
    };
  }

  /** Forgets removals that are older than so many days; see `prunedSeq` of {@link CollectionRow}. */
  async pruneTombstones(olderThanDays: number): Promise<void> {
    const { rows } = await this.database.run('documents.prune', (db) =>
      db.execute<{ collection_id: string }>(sql`
        select distinct collection_id from documents where text is null and changed_at < now() - make_interval(days => ${olderThanDays})`),
    );
    for (const row of rows) while (await this.prune(Number(row.collection_id), olderThanDays));
  }

  private prune(collectionId: number, olderThanDays: number): Promise<boolean> {
    return this.database.transaction('documents.prune', async (tx) => {
      await tx.execute(sql`select 1 from collections where id = ${collectionId} for update`);
      const { rows } = await tx.execute<{ last: string | null; pruned: string }>(sql`
        with pruned as (
          delete from documents where collection_id = ${collectionId} and id in (
            select id from documents
            where collection_id = ${collectionId} and text is null and changed_at < now() - make_interval(days => ${olderThanDays})
            order by seq limit ${PRUNED_AT_ONCE})
          returning seq)
        select max(seq) as last, count(*) as pruned from pruned`);
      const [{ last, pruned } = { last: null, pruned: '0' }] = rows;
      if (last !== null) await tx.execute(sql`update collections set pruned_seq = greatest(pruned_seq, ${last}) where id = ${collectionId}`);
      return Number(pruned) === PRUNED_AT_ONCE;
    });
  }
}

interface DocumentRow extends Record<string, unknown> {
  readonly id: string;
  readonly text: string | null;
  readonly metadata: Metadata | null;
  readonly seq: string | number;
  readonly bytes: number;
}

/** A row of {@link changesQuery}. */
interface HeadRow extends Record<string, unknown> {
  readonly id: string | null;
  readonly generation: number;
  readonly upto: string;
}

interface ChangeRow extends DocumentRow {
  readonly generation: number;
  readonly upto: string;
  readonly embedding: Buffer | null;
}

function toDocument({ id, text, metadata, seq }: Pick<DocumentRow, 'id' | 'text' | 'metadata' | 'seq'>): StoredDocument {
  return { id, text: text ?? '', metadata: metadata ?? {}, seq: Number(seq) };
}

function isChanged(row: HeadRow | ChangeRow): row is ChangeRow {
  return row.id !== null;
}

function toIndexed(row: ChangeRow): IndexedDocument {
  if (!row.embedding) throw new Error('A document has no embedding');
  return { ...toDocument(row), embedding: fromEmbeddingBytes(row.embedding) };
}

function selectLive(db: Transaction, collectionId: number, id: string) {
  return db
    .select()
    .from(documents)
    .where(and(eq(documents.collectionId, collectionId), eq(documents.id, id), isNotNull(documents.text)));
}

/** Puts documents with their embeddings, as the next change of the locked collection; returns what that adds to its counters. */
async function upsert(tx: Transaction, { id: collectionId, seq, generation, dimensions, reembedding }: CollectionRow, added: readonly NewStoredDocument[]) {
  const ids = sql`${sql.param(added.map(({ id }) => id))}::text[]`;
  const metadata = added.map((document) => JSON.stringify(document.metadata));
  const bytes = added.map(({ text }, i) => Buffer.byteLength(text) + Buffer.byteLength(metadata[i] ?? ''));
  const { rows } = await tx.execute<{ documents: string; bytes: string }>(sql`
    with kept as (
      insert into documents (collection_id, id, text, metadata, bytes, seq)
      select ${collectionId}::bigint, id, text, metadata::jsonb, bytes, ${seq + 1}::bigint
      from unnest(${ids}, ${sql.param(added.map(({ text }) => text))}::text[], ${sql.param(metadata)}::text[], ${sql.param(bytes)}::integer[]) as added (id, text, metadata, bytes)
      on conflict (collection_id, id) do update
      set text = excluded.text, metadata = excluded.metadata, bytes = excluded.bytes, seq = excluded.seq, changed_at = now()
    )
    select count(*) as documents, coalesce(sum(bytes), 0) as bytes from documents
    where collection_id = ${collectionId} and id = any (${ids}) and text is not null`);
  await putEmbeddings(tx, { collectionId, generation, dimensions }, added);
  if (reembedding) await tx.execute(sql`delete from embeddings where collection_id = ${collectionId} and generation > ${generation} and id = any (${ids})`);
  const [before = { documents: '0', bytes: '0' }] = rows;
  return { documents: added.length - Number(before.documents), bytes: bytes.reduce((sum, each) => sum + each, 0) - Number(before.bytes) };
}

/** Keeps embeddings of a generation, each in the place of any of its document. */
export async function putEmbeddings(
  tx: Transaction,
  { collectionId, generation, dimensions }: { collectionId: number; generation: number; dimensions: number },
  embedded: readonly { readonly id: string; readonly embedding: Float32Array }[],
): Promise<void> {
  const size = dimensions * 4;
  const bytes = toEmbeddingBytes(embedded.map(({ embedding }) => embedding), dimensions);
  await tx.execute(sql`
    insert into embeddings (collection_id, generation, id, embedding)
    select ${collectionId}::bigint, ${generation}::integer, id, substring(${sql.param(bytes)}::bytea from ((place - 1) * ${size} + 1)::integer for ${size}::integer)
    from unnest(${sql.param(embedded.map(({ id }) => id))}::text[]) with ordinality as embedded (id, place)
    on conflict (collection_id, generation, id) do update set embedding = excluded.embedding`);
}

/** Looks embeddings up one by one, since a join is planned badly before the server has counted the rows. One row at least where the collection is there; without an id where nothing has changed. */
function changesQuery(collectionId: number, generation: number, after: number, limit: number): SQL {
  const states = sql`collection_id = ${collectionId} and seq > ${after} ${after === 0 ? sql`and text is not null` : sql``}`;
  return sql`
    with head as materialized (
      select generation, coalesce((
        select seq from (
          select seq, id, row_number() over following as place, sum(bytes) over following as upto
          from (select seq, id, bytes from documents where ${states} order by seq, id limit ${limit}) as next
          window following as (order by seq, id)
        ) as counted
        where place = ${limit} or upto >= ${CHANGED_BYTES} order by seq, id limit 1
      ), seq) as upto
      from collections where id = ${collectionId}
    ), changed as (
      select id, text, metadata, seq from documents where ${states} and seq <= (select upto from head)
    )
    select head.generation, head.upto, changed.*, (
      select embedding from embeddings where collection_id = ${collectionId} and generation = ${generation} and embeddings.id = changed.id
    ) as embedding
    from head left join changed on true
    order by changed.seq, changed.id`;
}
