import { ServiceError } from '@sigmalang/contracts';
import { Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

const logger = new Logger('Handler');

/**
 * Any error as a ServiceError. An unknown one is logged with its stack, without its message (which may hold what a
 * caller sent), and becomes INTERNAL.
 */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  logger.error({ msg: 'A request failed by an unknown error', error: name, stack: framesOf(error) });
  return new ServiceError('INTERNAL', 'The service failed; its log has the cause under this request id');
}

/** The frames of an error's stack, without the message that stands before them. */
function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const { message, stack } = error;
  const at = stack.indexOf(message);
  const frames = at < 0 ? '' : stack.slice(at + message.length);
  return frames.split('\n').filter((line) => line.startsWith('    at '));
}

/** Turns whatever a handler throws into a ServiceError for the reply. */
@Catch()
export class ServiceErrorFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => toServiceError(error));
  }
}
