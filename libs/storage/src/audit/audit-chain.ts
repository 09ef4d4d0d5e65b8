import { createHash, randomBytes } from 'node:crypto';

/** Who did something. Salted, so that a digest tells nothing of who that was once this is erased. */
export interface AuditActor {
  /** The caller; absent where that is not known. */
  readonly subject?: string;
  readonly role?: string;
  /** Id of the key that the caller had. */
  readonly keyId?: string;
  /** Address of the caller's machine. */
  readonly address?: string;
  /** Id of the request, which the caller may have chosen. */
  readonly requestId?: string;
  /** Random, in hexadecimal. */
  readonly salt: string;
}

/** What something was done to. */
export interface AuditResource {
  /** Whose it is. */
  readonly owner?: string;
  /** Its name, where it has one in the path. */
  readonly name?: string;
  /** Id of a key. */
  readonly id?: string;
  readonly salt: string;
}

/** What is left of an actor or a resource that was erased. */
export interface Erased {
  /** Random; the same in all that was erased at once. */
  readonly pseudonym: string;
  /** In the entry that says so: how many entries before have the pseudonym. */
  readonly entries?: number;
}

/** Something that was done, not in the chain yet. */
export interface NewAuditEntry {
  /** When, to the millisecond. */
  readonly at: Date;
  /** Method and pattern of the route, such as `DELETE /v1/collections/:name`. */
  readonly action: string;
  /** HTTP status of the reply. */
  readonly status: number;
  /** `OK` or the code of the problem. */
  readonly code: string;
  readonly actor: AuditActor | Erased;
  readonly resource?: AuditResource | Erased | undefined;
}

/** A place in the chain. */
export interface AuditPlace {
  /** Number of the entry, from 1; 0 before any. */
  readonly seq: number;
  /** Its hash: 64 hexadecimal digits; zeros before any. */
  readonly hash: string;
}

/** An entry as the chain has it. */
export interface AuditEntry extends AuditPlace {
  readonly at: Date;
  readonly action: string;
  readonly status: number;
  readonly code: string;
  readonly actor: AuditActor | Erased;
  readonly actorDigest: string;
  readonly resource: AuditResource | Erased | null;
  readonly resourceDigest: string | null;
}

/**
 * Why the chain is broken at an entry: it is not what was written there, it is missing, it and all behind it are missing, it is not what somebody
 * noted, or it is no longer kept, so that nobody can tell.
 */
export type AuditFault = 'changed' | 'removed' | 'truncated' | 'other head' | 'pruned';

/** Where the chain begins. */
export const BEGINNING: AuditPlace = { seq: 0, hash: '0'.repeat(64) };

const PSEUDONYM = /^erased-[0-9a-f]{16}$/;

/** A new salt. */
export function newSalt(): string {
  return randomBytes(16).toString('hex');
}

/** A new pseudonym. */
export function newPseudonym(): string {
  return `erased-${randomBytes(8).toString('hex')}`;
}

/** Whether this is what is left of something erased. */
export function isErased(part: object): part is Erased {
  const { pseudonym, entries, ...others } = part as Partial<Record<string, unknown>>;
  return typeof pseudonym === 'string' && PSEUDONYM.test(pseudonym) && (entries === undefined || Number.isSafeInteger(entries)) && Object.keys(others).length === 0;
}

/** SHA-256 of the fields of an actor or a resource, whatever their order. */
export function digestOf(part: object): string {
  const fields = Object.entries(part).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(fields));
}

/** Hash of an entry that follows one with the hash `previous`: of who and what only digests are in it, so that those can be erased. */
export function hashOf(previous: string, { seq, at, action, status, code, actorDigest, resourceDigest }: Omit<AuditEntry, 'hash' | 'actor' | 'resource'>): string {
  return sha256(`${previous}\n${JSON.stringify([seq, at.toISOString(), action, status, code, actorDigest, resourceDigest])}`);
}

/** New entries as they follow a place in the chain. */
export function chained(head: AuditPlace, added: readonly NewAuditEntry[]): AuditEntry[] {
  let { seq, hash } = head;
  return added.map(({ at, action, status, code, actor, resource = null }) => {
    seq++;
    const unhashed = { seq, at, action, status, code, actor, actorDigest: digestOf(actor), resource, resourceDigest: resource && digestOf(resource) };
    hash = hashOf(hash, unhashed);
    return { ...unhashed, hash };
  });
}

/** Whether an entry is what was written behind one with the hash `previous`. */
export function isIntact(previous: string, entry: AuditEntry): boolean {
  const { actor, actorDigest, resource, resourceDigest, hash } = entry;
  const isOf = (part: object, digest: string | null): boolean => isErased(part) || digestOf(part) === digest;
  return hash === hashOf(previous, entry) && isOf(actor, actorDigest) && (resource === null ? resourceDigest === null : isOf(resource, resourceDigest));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
