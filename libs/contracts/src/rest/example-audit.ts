import { EraseRecordsResponse } from '../analogy/erase.contract';
import type { MessageClass } from '../contract';
import { EraseCollectionsResponse } from '../search/erase.contract';
import { AuditVerificationResponse, ListAuditResponse } from './audit.contract';
import { ErasureReceiptResponse } from './privacy.contract';

/** A full example of each response about the audit and erasure. */
export const AUDIT_RESPONSES: readonly [MessageClass<object>, object][] = [
  [AuditVerificationResponse, { valid: false, entries: 2, erased: 1, prunedSeq: 3, head: { seq: 6, hash: 'f' }, defect: { seq: 6, reason: 'changed' } }],
  [EraseCollectionsResponse, { collections: 1, documents: 2 }],
  [EraseRecordsResponse, { records: 1 }],
  [ErasureReceiptResponse, { id: 'a', at: 'b', counts: { collections: 1, documents: 1, records: 1, keys: 1, tokens: 1, auditEntries: 1 }, auditSeq: 1 }],
  [ListAuditResponse, {
    entries: [{
      seq: 1, at: 'a', action: 'b', status: 200, code: 'OK', subject: 'ann', role: 'admin', keyId: 'c', address: 'd', requestId: 'e', owner: 'bob', name: 'f', id: 'g', hash: 'h',
    }],
    nextCursor: null,
  }],
];
