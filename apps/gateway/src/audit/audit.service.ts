import type { AuditVerificationResponse, ListAuditResponse, ListedAuditEntry, RestListAuditRequest } from '@sigmalang/contracts';
import { type AuditEntry, AuditStore, isErased, verifyAudit } from '@sigmalang/storage';
import { Injectable, Logger } from '@nestjs/common';

/** Shows the audit, and whether it is whole. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger('AuditService');

  constructor(private readonly store: AuditStore) {}

  async list({ subject, from, to, limit = 50, cursor }: RestListAuditRequest): Promise<ListAuditResponse> {
    const filter = { subject, from: momentOf(from), to: momentOf(to) };
    const found = await this.store.list(filter, limit + 1, cursor === undefined ? undefined : Number(cursor));
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    return { entries: entries.map(listed), nextCursor: found.length > limit && last ? String(last.seq) : null };
  }

  async verify(): Promise<AuditVerificationResponse> {
    const { fault, entries, erased, prunedSeq, head } = await verifyAudit(this.store);
    if (fault) this.logger.error({ msg: 'The audit is not what was written', ...fault });
    return { valid: fault === undefined, entries, erased, prunedSeq, head: { seq: head.seq, hash: head.hash }, ...(fault && { defect: fault }) };
  }
}

/** An entry as it is shown. */
export function listed({ seq, at, action, status, code, actor, resource, hash }: AuditEntry): ListedAuditEntry {
  const line = { seq, at: at.toISOString(), action, status, code, hash };
  const { subject = null, role, keyId, address, requestId } = isErased(actor) ? { subject: actor.pseudonym } : actor;
  const { owner, name, id } = resource && isErased(resource) ? { owner: resource.pseudonym } : (resource ?? {});
  return { ...line, subject, ...present({ role, keyId, address, requestId, owner, name, id }) };
}

function present(fields: Readonly<Record<string, string | undefined>>): Partial<ListedAuditEntry> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function momentOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
