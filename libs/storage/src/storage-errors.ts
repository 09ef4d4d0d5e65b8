import { type Message, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';
import { EmbeddedPostgresError } from './embedded/embedded-postgres';

/** An operation took longer than it may; its connection was given up. */
export class OperationTimeoutError extends Error {
  override readonly name = 'OperationTimeoutError';
}

const logger = new Logger('Database');

const UNIQUE_VIOLATION = '23505';

/** SQLSTATEs, or classes of them, of a server that is away, is full, refuses us or asks for another try. */
const UNAVAILABLE = [
  '08', // connection
  '28', // authorization
  '3D000', // there is no such database
  '25006', // read-only, after a failover
  '40', // deadlock, serialization
  '53', // out of connections, memory, disk
  '57P', // shutting down, starting
  '58', // system error
];

/** Statement timeout and lock timeout. */
const TIMEOUTS = ['57014', '55P03'];

/** Of sockets and names. */
const SYSTEM_ERRORS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'EACCES'];

/** How `pg` and its pool say in words that there is no connection. */
const CONNECTION_WORDS =
  /^(Connection terminated|timeout e|Client has encountered a connection error|Client was closed|Cannot use a pool after|The server does not support SSL|There was an error establishing an SSL)/;

/** The error of driver or server that an error of Drizzle wraps, whose own message holds the parameters. */
export function causeOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError && error.cause ? error.cause : error;
}

/** Whether there is no connection to the server, or no longer. */
export function isConnectionError(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof EmbeddedPostgresError) return true;
  if (typeof cause !== 'object' || cause === null) return false;
  const { code, errors, message } = cause as { code?: unknown; errors?: unknown; message?: unknown };
  if (cause instanceof DatabaseError) return UNAVAILABLE.some((state) => !state.startsWith('40') && String(code).startsWith(state));
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isConnectionError); // of each address of a name
  return SYSTEM_ERRORS.includes(String(code)) || CONNECTION_WORDS.test(String(message));
}

/** Whether a row with the same key is there already. */
export function isUniqueViolation(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof DatabaseError && cause.code === UNIQUE_VIOLATION;
}

/**
 * What callers get to see of an error of the database: UNAVAILABLE, TIMEOUT, CONFLICT where `conflict` says what a key that is there already
 * means, else INTERNAL. What the server says goes into the log without its words, which may hold values. Other errors stay as they are.
 */
export function toStorageError(error: unknown, operation: string, conflict?: Message): unknown {
  const cause = causeOf(error);
  if (cause instanceof OperationTimeoutError) return new ServiceError('TIMEOUT', 'The database took too long');
  if (isConnectionError(cause)) {
    logger.warn({ msg: 'The database is not there', operation, error: codeOf(cause) });
    return new ServiceError('UNAVAILABLE', 'The database is not there; try again later');
  }
  if (!(cause instanceof DatabaseError)) return cause === error ? error : new ServiceError('INTERNAL', 'The database driver failed');
  const { code = '', routine, table, constraint } = cause;
  if (TIMEOUTS.includes(code)) return new ServiceError('TIMEOUT', 'The database took too long');
  if (UNAVAILABLE.some((state) => code.startsWith(state))) return new ServiceError('UNAVAILABLE', 'The database could not do it now; try again');
  if (code === UNIQUE_VIOLATION && conflict !== undefined) return new ServiceError('CONFLICT', conflict);
  logger.error({ msg: 'A statement failed', operation, sqlState: code, routine, table, constraint });
  return new ServiceError('INTERNAL', 'The service failed; its log has the cause under this request id');
}

/** What the log says of a connection error: its code, what the driver says, or its class. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  if (!(error instanceof Error)) return 'unknown';
  return CONNECTION_WORDS.test(error.message) ? error.message : error.name;
}
