import { sql, type SQL } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '../database';
import { type AuditActor, type AuditEntry, type AuditPlace, chained, digestOf, type Erased, type NewAuditEntry, newPseudonym } from './audit-chain';

/** Which entries to list. */
export interface AuditFilter {
  /** Whose: what this one did, and what others did to what this one has. */
  readonly subject?: string | undefined;
  /** The earliest. */
  readonly from?: Date | undefined;
  /** The latest, not itself. */
  readonly to?: Date | undefined;
}

/** What was erased, without whose it was. */
export interface ErasureReceipt<Kind extends string = string> {
  readonly id: string;
  readonly at: Date;
  /** How many of each kind; `auditEntries` are those in which a pseudonym is now. */
  readonly counts: Readonly<Record<Kind | 'auditEntries', number>>;
  /** Number of the entry of the audit that says so. */
  readonly auditSeq: number;
}

/** The entry of an erasure, of which only the one who was not erased is told. */
export type ErasureEntry = Omit<NewAuditEntry, 'actor' | 'resource'> & { readonly actor?: AuditActor | undefined };

/** Among so many of the last entries one is looked for that may have been appended. */
const LOOKED_BACK = 100_000;

/** Entries that are removed in one transaction. */
const PRUNED_AT_ONCE = 10_000;

const DAY_MS = 86_400_000;

/** Keeps the audit: entries that are only appended to, each with the hash of the one before, of all processes in one chain. */
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** Whether there are tables to ask. */
  get isReady(): boolean {
    return this.database.isReady;
  }

  /** Has work done before the database is closed. */
  beforeClose(work: () => Promise<void>): void {
    this.database.beforeClose(work);
  }

  /**
   * Appends entries in their order, all of them or none.
   *
   * @param mayBeThere whether they were tried before, so that some may be there: those are not appended again
   */
  append(added: readonly NewAuditEntry[], { mayBeThere = false } = {}): Promise<void> {
    return this.database.transaction('audit.append', async (tx) => {
      const missing = mayBeThere ? await notThere(tx, added) : added;
      if (missing.length > 0) await appendTo(tx, missing);
    });
  }

  /** The last entry. */
  head(): Promise<AuditPlace> {
    return this.database.run('audit.head', (db) => placeIn(db, sql`audit_head`));
  }

  /** The last entry of those that are no longer kept, from which the chain goes on. */
  anchor(): Promise<AuditPlace> {
    return this.database.run('audit.anchor', (db) => placeIn(db, sql`audit_anchor`));
  }

  /** At most `limit` entries, the newest first, those before `before`. */
  list({ subject, from, to }: AuditFilter, limit: number, before?: number): Promise<AuditEntry[]> {
    const conditions = [
      sql`true`,
      ...(subject === undefined ? [] : [sql`(actor ->> 'subject' = ${subject} or (resource is not null and resource ->> 'owner' = ${subject}))`]),
      ...(from ? [sql`at >= ${from.toISOString()}::timestamptz`] : []),
      ...(to ? [sql`at < ${to.toISOString()}::timestamptz`] : []),
      ...(before === undefined ? [] : [sql`seq < ${before}`]),
    ];
    return this.select('audit.list', sql`where ${sql.join(conditions, sql` and `)} order by seq desc limit ${limit}`);
  }

  /** At most `limit` entries of numbers above `seq`, in order. */
  after(seq: number, limit: number): Promise<AuditEntry[]> {
    return this.select('audit.read', sql`where seq > ${seq} order by seq limit ${limit}`);
  }

  /** Number of an entry behind the last or before the first, where the chain has none; undefined where there is none. */
  async outside(): Promise<number | undefined> {
    const { rows } = await this.database.run('audit.outside', (db) =>
      db.execute<{ seq: string }>(sql`select seq from audit_entries where seq > (select seq from audit_head) or seq <= (select seq from audit_anchor) order by seq limit 1`),
    );
    return rows[0] && Number(rows[0].seq);
  }

  /**
   * Puts a pseudonym in the place of a subject in all entries, appends the entry of that and writes a receipt, all or nothing. The entry
   * holds a digest of the pseudonym and of how many entries have it, so that nobody can put one into an entry without an entry that says so.
   *
   * @param counts what else was erased, by kind
   * @param entry has as its actor who did it for the subject, or nobody where that was the subject
   */
  erase<Kind extends string>(subject: string, counts: Readonly<Record<Kind, number>>, entry: ErasureEntry): Promise<ErasureReceipt<Kind>> {
    return this.database.transaction('audit.erase', async (tx) => {
      await placeIn(tx, sql`audit_head for update`); // nobody appends meanwhile
      await permit(tx, 'erase');
      const erased: Erased = { pseudonym: newPseudonym() };
      const part = sql`${JSON.stringify(erased)}::jsonb`;
      const { rowCount } = await tx.execute(sql`
        update audit_entries set
          actor = case when actor ->> 'subject' = ${subject} then ${part} else actor end,
          resource = case when resource ->> 'owner' = ${subject} then ${part} else resource end
        where actor ->> 'subject' = ${subject} or (resource is not null and resource ->> 'owner' = ${subject})`);
      const { actor } = entry;
      const said: Erased = { ...erased, entries: rowCount ?? 0 };
      const seq = await appendTo(tx, [actor ? { ...entry, actor, resource: said } : { ...entry, actor: said }]);
      const receipt = { id: randomUUID(), at: entry.at, counts: { ...counts, auditEntries: rowCount ?? 0 }, auditSeq: seq };
      await tx.execute(sql`insert into erasure_receipts (id, at, counts, audit_seq)
        values (${receipt.id}, ${receipt.at.toISOString()}::timestamptz, ${JSON.stringify(receipt.counts)}::jsonb, ${seq})`);
      return receipt;
    });
  }

  /** Removes the entries that are older than so many days, up to the first that is not; gives how many. */
  async prune(olderThanDays: number, now = new Date()): Promise<number> {
    const before = new Date(now.getTime() - olderThanDays * DAY_MS);
    let removed = 0;
    for (;;) {
      const some = await this.pruneSome(before);
      removed += some;
      if (some < PRUNED_AT_ONCE) return removed;
    }
  }

  private pruneSome(before: Date): Promise<number> {
    return this.database.transaction('audit.prune', async (tx) => {
      const head = await placeIn(tx, sql`audit_head for update`);
      const anchor = await placeIn(tx, sql`audit_anchor for update`);
      const { rows } = await tx.execute<{ kept: string | null }>(sql`select min(seq) as kept from audit_entries where at >= ${before.toISOString()}::timestamptz`);
      const kept = rows[0]?.kept;
      const last = Math.min(typeof kept === 'string' ? Number(kept) - 1 : head.seq, anchor.seq + PRUNED_AT_ONCE);
      if (last <= anchor.seq) return 0;
      const next = await tx.execute<{ hash: string }>(sql`select hash from audit_entries where seq = ${last}`);
      const hash = next.rows[0]?.hash;
      if (hash === undefined) throw new Error('An entry of the audit is missing where those before it end'); // which stay, so that it is seen
      await permit(tx, 'prune');
      await tx.execute(sql`delete from audit_entries where seq <= ${last}`);
      await tx.execute(sql`update audit_anchor set seq = ${last}, hash = ${hash}`);
      return last - anchor.seq;
    });
  }

  private async select(operation: string, rest: SQL): Promise<AuditEntry[]> {
    const { rows } = await this.database.run(operation, (db) =>
      db.execute<EntryRow>(sql`select seq, at, action, status, code, actor, actor_digest as "actorDigest", resource, resource_digest as "resourceDigest", hash from audit_entries ${rest}`),
    );
    return rows.map(({ seq, at, ...row }) => ({ ...row, seq: Number(seq), at: new Date(at) }));
  }
}

/** An entry as the driver gives it. */
type EntryRow = Omit<AuditEntry, 'seq' | 'at'> & { readonly seq: string; readonly at: string | Date } & Record<string, unknown>;

/** What the trigger of the table lets pass in this transaction. */
export async function permit(tx: Transaction, purpose: 'erase' | 'prune' | 'restore'): Promise<void> {
  await tx.execute(sql`select set_config('sigmalang.audit', ${purpose}, true)`);
}

async function placeIn(db: Transaction, table: SQL): Promise<AuditPlace> {
  const { rows } = await db.execute<{ seq: string; hash: string }>(sql`select seq, hash from ${table}`);
  const [row] = rows;
  if (!row) throw new Error('The audit has no beginning');
  return { seq: Number(row.seq), hash: row.hash };
}

/** Appends entries and gives the number of the last. */
async function appendTo(tx: Transaction, added: readonly NewAuditEntry[]): Promise<number> {
  const entries = chained(await placeIn(tx, sql`audit_head for update`), added);
  const end = entries.at(-1);
  if (!end) throw new TypeError('Nothing is to be appended');
  const rows = entries.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }));
  await tx.execute(sql`insert into audit_entries (seq, at, action, status, code, actor, actor_digest, resource, resource_digest, hash)
    select seq, at, action, status, code, actor, "actorDigest", resource, "resourceDigest", hash
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as added
      (seq bigint, at timestamptz, action text, status integer, code text, actor jsonb, "actorDigest" text, resource jsonb, "resourceDigest" text, hash text)`);
  await tx.execute(sql`update audit_head set seq = ${end.seq}, hash = ${end.hash}`);
  return end.seq;
}

/** The entries of which none of the last is. */
async function notThere(tx: Transaction, entries: readonly NewAuditEntry[]): Promise<NewAuditEntry[]> {
  const { seq } = await placeIn(tx, sql`audit_head for update`);
  const digests = entries.map(({ actor }) => digestOf(actor)); // unlike any other, by their salts
  const { rows } = await tx.execute<{ digest: string }>(sql`select actor_digest as digest from audit_entries where seq > ${seq - LOOKED_BACK} and actor_digest = any (${sql.param(digests)}::text[])`);
  const there = new Set(rows.map(({ digest }) => digest));
  return entries.filter((_entry, i) => !there.has(digests[i] ?? ''));
}
