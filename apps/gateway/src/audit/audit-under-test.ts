import { type AuditEntry, type AuditFilter, type AuditPlace, type AuditStore, BEGINNING, chained, type ErasureEntry, type ErasureReceipt, isErased, type NewAuditEntry } from '@sigmalang/storage';

const PSEUDONYM = { pseudonym: 'erased-0123456789abcdef' };

/** As `AuditStore`, in memory. */
export class AuditUnderTest implements Pick<AuditStore, 'isReady' | 'beforeClose' | 'append' | 'head' | 'anchor' | 'list' | 'after' | 'outside' | 'erase' | 'prune'> {
  readonly isReady = true;
  entries: AuditEntry[] = [];
  readonly receipts: ErasureReceipt[] = [];
  /** Thrown by everything while it is set. */
  fault: Error | undefined;

  private readonly lastWork: (() => Promise<void>)[] = [];

  beforeClose(work: () => Promise<void>): void {
    this.lastWork.push(work);
  }

  /** Does what is to be done before the database is closed. */
  async close(): Promise<void> {
    for (const work of this.lastWork) await work();
  }

  append(added: readonly NewAuditEntry[]): Promise<void> {
    return this.answer(() => { this.entries.push(...chained(this.entries.at(-1) ?? BEGINNING, added)); });
  }

  head(): Promise<AuditPlace> {
    return this.answer(() => this.entries.at(-1) ?? BEGINNING);
  }

  anchor(): Promise<AuditPlace> {
    return this.answer(() => BEGINNING);
  }

  list({ subject, from, to }: AuditFilter, limit: number, before = Infinity): Promise<AuditEntry[]> {
    const isOf = ({ actor, resource }: AuditEntry): boolean => (!isErased(actor) && actor.subject === subject) || (resource !== null && !isErased(resource) && resource.owner === subject);
    const matches = (entry: AuditEntry): boolean => (subject === undefined || isOf(entry)) && (!from || entry.at >= from) && (!to || entry.at < to) && entry.seq < before;
    return this.answer(() => this.entries.filter(matches).toReversed().slice(0, limit));
  }

  after(seq: number, limit: number): Promise<AuditEntry[]> {
    return this.answer(() => this.entries.filter((entry) => entry.seq > seq).slice(0, limit));
  }

  outside(): Promise<undefined> {
    return this.answer(() => undefined);
  }

  async erase<Kind extends string>(subject: string, counts: Readonly<Record<Kind, number>>, { actor, ...entry }: ErasureEntry): Promise<ErasureReceipt<Kind>> {
    const touched = await this.list({ subject }, Infinity);
    const isOwn = (part: object): boolean => Object.entries(part).some(([field, value]) => (field === 'subject' || field === 'owner') && value === subject);
    this.entries = this.entries.map((each) => ({ ...each, actor: isOwn(each.actor) ? PSEUDONYM : each.actor, resource: each.resource && isOwn(each.resource) ? PSEUDONYM : each.resource }));
    await this.append([actor ? { ...entry, actor, resource: PSEUDONYM } : { ...entry, actor: PSEUDONYM }]);
    const receipt = { id: 'receipt', at: entry.at, counts: { ...counts, auditEntries: touched.length }, auditSeq: this.entries.length };
    this.receipts.push(receipt);
    return receipt;
  }

  prune(): Promise<number> {
    return this.answer(() => 0);
  }

  private answer<Result>(result: () => Result): Promise<Result> {
    return this.fault ? Promise.reject(this.fault) : Promise.resolve().then(result);
  }
}
