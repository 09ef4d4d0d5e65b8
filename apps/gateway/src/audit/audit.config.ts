import { IsIn, IsInt, Max, Min } from 'class-validator';

/** What is written into the audit: what concerns who may do what; beside that what changes something; or all that is asked. */
export const AUDIT_SCOPES = ['security', 'changes', 'all'] as const;

/** One of {@link AUDIT_SCOPES}. */
export type AuditScope = (typeof AUDIT_SCOPES)[number];

/** Settings of the audit. */
export class AuditConfig {
  /** What is written into the audit: `security` (keys, tokens, the audit itself, privacy, and whoever is refused), `changes` (also what changes something), or `all`. */
  @IsIn(AUDIT_SCOPES)
  auditScope: AuditScope = 'changes';

  /** How long entries of the audit are kept, in days. */
  @IsInt()
  @Min(1)
  @Max(36_500)
  auditRetentionDays: number = 365;
}
