import { ServiceError } from '@sigmalang/contracts';
import type { RequestContext } from './request-context';

/** Throws CANCELLED when the caller of a request is gone, TIMEOUT when the caller waits no longer. */
export function stopIfOver({ signal, deadline }: Pick<RequestContext, 'signal' | 'deadline'>): void {
  throwIfCancelled(signal);
  if (performance.now() > deadline) throw new ServiceError('TIMEOUT', 'The time of the request was over');
}

/** Throws CANCELLED when the caller is gone. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** Settles as the work does; rejects with CANCELLED at once when the signal aborts before. */
export async function unlessCancelled<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const cancel = (): void => { reject(cancelled()); };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel);
  try {
    return await Promise.race([work, gone]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function cancelled(): ServiceError {
  return new ServiceError('CANCELLED', 'The caller of the request is gone');
}
