import { type AuditFault, type AuditPlace } from './audit-chain';
import { AuditStore } from './audit-store';
import { type AuditVerification, verifyAudit } from './audit-verification';
import type { CommandOutcome, StorageCommand } from '../storage-command';
import type { Database } from '../database';

/** Looks whether the audit is what was written. */
export const AUDIT_COMMAND: StorageCommand = {
  usage: 'audit verify [--head=<number>:<hash>]',
  read: (args) => {
    const asked = readAuditArguments(args);
    return asked && { flags: asked.flags, run: (database) => verifyCommand(database, asked.known) };
  },
};

const HEAD = /^--head=([0-9]{1,15}):([0-9a-f]{64})$/;

/** What the command line asks for; undefined where that is not understood. */
export function readAuditArguments(args: readonly string[]): { known?: AuditPlace; flags: string[] } | undefined {
  const [verb, ...rest] = args.flatMap((argument, i) => (argument === '--head' ? [`--head=${args[i + 1] ?? ''}`] : args[i - 1] === '--head' ? [] : [argument]));
  if (verb !== 'verify') return undefined;
  const head = rest.find((argument) => argument.startsWith('--head'));
  const flags = rest.filter((argument) => argument !== head);
  if (head === undefined) return { flags };
  const [, seq, hash] = HEAD.exec(head) ?? [];
  return seq === undefined || hash === undefined ? undefined : { known: { seq: Number(seq), hash }, flags };
}

/** Looks at the whole chain of a database and says whether it is what was written. */
export async function verifyCommand(database: Database, known?: AuditPlace): Promise<CommandOutcome> {
  const found = await verifyAudit(new AuditStore(database), known);
  return { text: describe(found), isFailure: found.fault !== undefined };
}

const FAULTS: Readonly<Record<AuditFault, (seq: number) => string>> = {
  changed: (seq) => `Entry ${seq} is not what was written there: it was changed, or it is another`,
  removed: (seq) => `Entry ${seq} was removed`,
  truncated: (seq) => `The audit is cut off: entry ${seq} and all behind it are not there`,
  'other head': (seq) => `Entry ${seq} is not the one that was noted: it, or what is before it, was written anew`,
  pruned: (seq) => `Entry ${seq}, which was noted, is no longer kept: a later head is needed`,
};

function describe({ entries, erased, prunedSeq, head, fault }: AuditVerification): string {
  if (fault) return FAULTS[fault.reason](fault.seq);
  return `The audit is whole: ${entries} entries from ${prunedSeq + 1} on, ${erased} of them erased; its head is ${head.seq}:${head.hash}`;
}
