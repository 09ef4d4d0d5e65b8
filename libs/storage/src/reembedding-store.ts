import { eq, sql } from 'drizzle-orm';
import type { ChangeFeed } from './change-feed';
import type { WithinWrite } from './changes';
import { lockCollection, numberChange } from './collection-lock';
import type { Database, Transaction } from './database';
import { putEmbeddings } from './document-store';
import { collections, reembeddings } from './search.schema';

/** A job that somebody has claimed. */
export interface ReembeddingJob {
  readonly collectionId: number;
  readonly model: string;
  readonly dimensions: number;
  /** The generation that its embeddings are of, the next of the collection. */
  readonly generation: number;
  /** Documents that were done when it was claimed. */
  readonly done: number;
  /** Who has it: a job that was claimed anew, or replaced, has another. */
  readonly claim: string;
}

/** A document that is still to be embedded. */
export interface PendingDocument {
  readonly id: string;
  readonly text: string;
  readonly seq: number;
}

/** An embedding of a document as it was at `seq`. */
export interface NewEmbedding {
  readonly id: string;
  readonly seq: number;
  readonly embedding: Float32Array;
}

/** Keeps the jobs that embed collections by another model beside the embeddings they have, and puts the new ones in their place. */
export class ReembeddingStore {
  constructor(
    private readonly database: Database,
    private readonly feed: ChangeFeed,
  ) {}

  /** Makes a job, in the place of one for yet another model or one that failed; ends any when the model is the one that the collection has. Throws NOT_FOUND when the collection is gone. */
  async begin(collectionId: number, model: string, dimensions: number): Promise<void> {
    await this.database.transaction(
      'reembeddings.begin',
      async (tx) => {
        const collection = await lockCollection(tx, collectionId);
        const { reembedding: job } = collection;
        if (job?.model === model && job.state !== 'failed') return;
        const { rows } = await tx.execute<{ generation: number }>(
          sql`delete from reembeddings where collection_id = ${collectionId} returning generation`,
        );
        await tx.execute(sql`delete from embeddings where collection_id = ${collectionId} and generation > ${collection.generation}`);
        if (model === collection.model) return;
        const generation = Math.max(collection.generation, rows[0]?.generation ?? 0) + 1;
        await tx.insert(reembeddings).values({ collectionId, model, dimensions, generation, total: collection.documents });
      },
      { unbounded: true },
    );
  }

  /** Takes the oldest job that waits, or that nobody has tended until its lease was over; undefined where there is none. */
  async claim(leaseMs: number): Promise<ReembeddingJob | undefined> {
    const { rows } = await this.database.run('reembeddings.claim', (db) =>
      db.execute<Record<string, unknown> & Omit<ReembeddingJob, 'collectionId' | 'done'> & { collection_id: string; done: string }>(sql`
        update reembeddings set state = 'running', claim = gen_random_uuid(), lease_until = ${later(leaseMs)}
        where collection_id = (
          select collection_id from reembeddings where state = 'waiting' or (state = 'running' and lease_until < now())
          order by created_at, collection_id limit 1 for update skip locked)
        returning collection_id, model, dimensions, generation, done, claim`),
    );
    return rows.map(({ collection_id: id, done, ...job }) => ({ ...job, collectionId: Number(id), done: Number(done) }))[0];
  }

  /** Keeps a job for another while and says how many documents are done; false when it is no longer one's own, and is to be left. */
  async heartbeat(job: ReembeddingJob, leaseMs: number, done: number): Promise<boolean> {
    const { rowCount } = await this.database.run('reembeddings.heartbeat', (db) =>
      db.execute(sql`update reembeddings set lease_until = ${later(leaseMs)}, done = ${done} where ${owned(job)}`),
    );
    return rowCount === 1;
  }

  /**
   * At most `limit` documents without an embedding of the job's generation, by id.
   *
   * @param after only ids after this one: who goes through them in order need not look at those that are done
   */
  async pending({ collectionId, generation }: ReembeddingJob, limit: number, after = ''): Promise<PendingDocument[]> {
    const { rows } = await this.database.run('reembeddings.pending', (db) =>
      db.execute<Record<string, unknown> & { id: string; text: string; seq: string }>(sql`
        select id, text, seq from documents where ${unembedded(collectionId, generation)} and id > ${after} order by id limit ${limit}`),
    );
    return rows.map(({ id, text, seq }) => ({ id, text, seq: Number(seq) }));
  }

  /** Keeps embeddings, but for documents that were changed or removed since; keeps none when the job is no longer one's own. */
  async save(job: ReembeddingJob, embedded: readonly NewEmbedding[]): Promise<void> {
    await this.database.transaction('reembeddings.save', async (tx) => {
      if (!(await lockJob(tx, job))) return;
      const { rows } = await tx.execute<{ id: string }>(sql`
        select documents.id from unnest(${sql.param(embedded.map(({ id }) => id))}::text[], ${sql.param(embedded.map(({ seq }) => seq))}::bigint[]) as embedded (id, seq)
        join documents on documents.collection_id = ${job.collectionId} and documents.id = embedded.id and documents.seq = embedded.seq and text is not null`);
      const current = new Set(rows.map(({ id }) => id));
      await putEmbeddings(tx, job, embedded.filter(({ id }) => current.has(id)));
    });
  }

  /** Puts the new embeddings in the place of the old ones, as one change of the collection. False, and nothing is changed, while documents are without one, or when the job is no longer one's own. */
  async finish(job: ReembeddingJob, within?: WithinWrite): Promise<boolean> {
    const { collectionId, model, dimensions, generation } = job;
    const finished = await this.database.transaction(
      'reembeddings.finish',
      async (tx) => {
        if (!(await lockJob(tx, job))) return false;
        const { rows } = await tx.execute(sql`select 1 from documents where ${unembedded(collectionId, generation)} limit 1`);
        if (rows.length > 0) return false;
        await tx.delete(reembeddings).where(eq(reembeddings.collectionId, collectionId));
        await tx.update(collections).set({ model, dimensions, generation }).where(eq(collections.id, collectionId));
        await tx.execute(sql`delete from embeddings where collection_id = ${collectionId} and generation < ${generation}`);
        const collection = await numberChange(tx, await lockCollection(tx, collectionId));
        await within?.(tx, collection, { put: [], removed: [], seq: collection.seq });
        await this.feed.announce(tx, collectionId);
        return true;
      },
      { unbounded: true },
    );
    if (finished) this.feed.committed(collectionId);
    return finished;
  }

  /** Gives a job up, with a reason that names no text; without effect when it is no longer one's own. */
  async fail(job: ReembeddingJob, reason: string): Promise<void> {
    await this.database.run('reembeddings.fail', (db) =>
      db.execute(sql`update reembeddings set state = 'failed', reason = ${reason}, claim = null where ${owned(job)}`),
    );
  }
}

function later(ms: number) {
  return sql`now() + make_interval(secs => ${ms / 1_000})`;
}

function owned({ collectionId, claim }: ReembeddingJob) {
  return sql`collection_id = ${collectionId} and claim = ${claim}`;
}

function unembedded(collectionId: number, generation: number) {
  return sql`collection_id = ${collectionId} and text is not null and (
    select true from embeddings where embeddings.collection_id = ${collectionId} and embeddings.generation = ${generation} and embeddings.id = documents.id) is null`;
}

/** Locks the collection of a job against writes; false when the job is no longer one's own. */
async function lockJob(tx: Transaction, job: ReembeddingJob): Promise<boolean> {
  await tx.execute(sql`select 1 from collections where id = ${job.collectionId} for update`);
  const { rows } = await tx.execute(sql`select 1 from reembeddings where ${owned(job)}`);
  return rows.length === 1;
}
