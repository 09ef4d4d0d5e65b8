import { ROLES, type Role } from './permissions';

/** Who a request is from; it travels with every message. */
export interface Identity {
  /** Who calls: unique among callers, matches {@link SUBJECT}. */
  readonly subject: string;
  /** What the caller may do. */
  readonly role: Role;
  /** Whose things the request is about: the subject's own unless an admin asks for another's; {@link EVERY_OWNER} where an admin lists those of all. */
  readonly owner: string;
}

/** The subject of callers, and the owner of what is stored, where authentication is off. */
export const LOCAL_SUBJECT = 'local';

/** The owner that stands for all of them. */
export const EVERY_OWNER = '*';

/** What a subject looks like: plain characters, since it stands in headers, logs and tables. */
export const SUBJECT = /^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}$/;

/** Begins the subjects that a process itself has, such as `system:search`; no caller from outside may have one. */
export const SYSTEM_PREFIX = 'system:';

/** The identity of a process itself, for work that nobody asked for; `name` is that of the process. */
export function systemIdentity(name: string): Identity {
  const subject = SYSTEM_PREFIX + name;
  return { subject, role: 'admin', owner: subject };
}

/** What the subject of a caller from outside looks like: a {@link SUBJECT} that does not begin with {@link SYSTEM_PREFIX}. */
export const CALLERS_SUBJECT = /^(?!system:)[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}$/;

/** The identity that a message says it is from, or undefined where it says none that is well formed. */
export function readIdentity(value: unknown): Identity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { subject, role, owner } = value as Partial<Record<keyof Identity, unknown>>;
  if (typeof subject !== 'string' || !SUBJECT.test(subject)) return undefined;
  if (typeof owner !== 'string' || !(owner === EVERY_OWNER || SUBJECT.test(owner))) return undefined;
  const known = ROLES.find((each) => each === role);
  if (known === undefined || (owner !== subject && known !== 'admin')) return undefined;
  return { subject, role: known, owner };
}
