import { currentRequest, stopIfOver } from '@sigmalang/runtime';
import { type AuditEntry, type AuditFault, type AuditPlace, digestOf, isErased, isIntact } from './audit-chain';
import type { AuditStore } from './audit-store';

/** What a look at the whole chain has shown. */
export interface AuditVerification {
  /** Number of the last entry that is no longer kept, 0 where all are. */
  readonly prunedSeq: number;
  /** Entries that were looked at. */
  readonly entries: number;
  /** Those of them in which someone was erased. */
  readonly erased: number;
  /** The last entry of the chain. */
  readonly head: AuditPlace;
  /** The first entry that is not as it was written, and why; absent where all are. */
  readonly fault?: { readonly seq: number; readonly reason: AuditFault };
}

type Outcome = Pick<AuditVerification, 'fault' | 'entries' | 'erased'>;

const PAGE = 1_000;

/** How often a look begins again because entries were appended, erased or pruned meanwhile, which may look like a fault. */
const MOST_TRIES = 3;

/**
 * Looks at all entries, whether each is what was written behind the one before. Throws CANCELLED or TIMEOUT where the request that wants to know is over.
 *
 * @param known an entry as somebody noted it when it was the last: it must be there still
 */
export async function verifyAudit(store: AuditStore, known?: AuditPlace): Promise<AuditVerification> {
  for (let tries = 1; ; tries++) {
    const anchor = await store.anchor();
    const head = await store.head();
    const outcome = await new ChainReading(anchor, head, known).read(store);
    const isOther = outcome.fault && ((await store.anchor()).seq !== anchor.seq || (await store.head()).seq !== head.seq);
    if (isOther && tries < MOST_TRIES) continue;
    return { prunedSeq: anchor.seq, head, ...outcome };
  }
}

class ChainReading {
  private last: AuditPlace;
  private entries = 0;
  private erased = 0;
  /** By pseudonym: the entries that have it, of which no entry said yet that it was put in the place of someone. */
  private readonly pseudonyms = new Map<string, { first: number; last: number; count: number }>();
  /** Pseudonyms of which an entry says so, as digests: no entry behind that has them. */
  private readonly declared = new Set<string>();

  constructor(
    private readonly anchor: AuditPlace,
    private readonly head: AuditPlace,
    private readonly known: AuditPlace | undefined,
  ) {
    this.last = anchor;
  }

  async read(store: AuditStore): Promise<Outcome> {
    const { known, anchor } = this;
    if (known && known.seq < anchor.seq) return { entries: 0, erased: 0, fault: { seq: known.seq, reason: 'pruned' } };
    const fault = this.faultOfKnown(anchor) ?? (await this.readAll(store)) ?? this.faultOfEnd() ?? (await faultOutside(store));
    return { entries: this.entries, erased: this.erased, ...(fault && { fault }) };
  }

  private async readAll(store: AuditStore): Promise<AuditVerification['fault']> {
    while (this.last.seq < this.head.seq) {
      const context = currentRequest();
      if (context) stopIfOver(context);
      const page = await store.after(this.last.seq, PAGE);
      if (page.length === 0) return undefined;
      for (const entry of page) {
        if (entry.seq > this.head.seq) return undefined; // appended since
        const fault = this.take(entry);
        if (fault) return fault;
      }
    }
    return undefined;
  }

  private take(entry: AuditEntry): AuditVerification['fault'] {
    const seq = this.last.seq + 1;
    if (entry.seq !== seq) return { seq, reason: 'removed' };
    if (!isIntact(this.last.hash, entry)) return { seq, reason: 'changed' };
    this.last = entry;
    this.entries++;
    return this.note(entry) ?? this.faultOfKnown(entry);
  }

  private note({ seq, actor, actorDigest, resource, resourceDigest }: AuditEntry): AuditVerification['fault'] {
    const parts = [[actor, actorDigest], [resource, resourceDigest]] as const;
    const erased = parts.flatMap(([part, digest]) => (part && isErased(part) ? [{ ...part, isDeclared: digestOf(part) === digest }] : []));
    if (erased.length > 0) this.erased++;
    for (const { pseudonym, entries, isDeclared } of erased) {
      if (!isDeclared && this.declared.has(pseudonym)) return { seq, reason: 'changed' };
      if (!isDeclared) this.count(pseudonym, seq);
      else if (!this.declare(pseudonym, entries)) return { seq: this.pseudonyms.get(pseudonym)?.first ?? seq, reason: 'changed' };
    }
    return undefined;
  }

  private count(pseudonym: string, seq: number): void {
    const found = this.pseudonyms.get(pseudonym);
    if (!found) this.pseudonyms.set(pseudonym, { first: seq, last: seq, count: 1 });
    else if (found.last !== seq) this.pseudonyms.set(pseudonym, { ...found, last: seq, count: found.count + 1 });
  }

  /** Takes a pseudonym for one that an erasure put into so many entries, unless more have it; of fewer the others are no longer kept. */
  private declare(pseudonym: string, entries = Infinity): boolean {
    this.declared.add(pseudonym);
    return (this.pseudonyms.get(pseudonym)?.count ?? 0) <= entries;
  }

  private faultOfKnown({ seq, hash }: AuditPlace): AuditVerification['fault'] {
    return this.known && this.known.seq === seq && this.known.hash !== hash ? { seq, reason: 'other head' } : undefined;
  }

  private faultOfEnd(): AuditVerification['fault'] {
    const { last, head, known } = this;
    if (last.seq < head.seq) return { seq: last.seq + 1, reason: 'truncated' };
    if (last.hash !== head.hash) return { seq: head.seq, reason: 'changed' };
    if (known && known.seq > head.seq) return { seq: head.seq + 1, reason: 'truncated' };
    const undeclared = [...this.pseudonyms].filter(([pseudonym]) => !this.declared.has(pseudonym)).map(([, { first }]) => first);
    return undeclared.length > 0 ? { seq: Math.min(...undeclared), reason: 'changed' } : undefined;
  }
}

/** An entry where none can be: it would be listed, and no hash holds it. */
async function faultOutside(store: AuditStore): Promise<AuditVerification['fault']> {
  const seq = await store.outside();
  return seq === undefined ? undefined : { seq, reason: 'changed' };
}
