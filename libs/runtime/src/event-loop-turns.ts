import { ServiceError } from '@sigmalang/contracts';
import { setImmediate } from 'node:timers/promises';
import { currentRequest } from './messages/request-context';

const TURN_MS = 5;

/**
 * Works on items one after another and lets other requests have a turn every few milliseconds; throws TIMEOUT when the
 * deadline of the request being worked on is past.
 */
export async function inTurns<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const deadline = currentRequest()?.deadline ?? Infinity;
  const results: Result[] = [];
  let turnEnd = performance.now() + TURN_MS;
  for (const item of items) {
    if (performance.now() >= turnEnd) {
      await setImmediate();
      if (performance.now() > deadline) throw new ServiceError('TIMEOUT', 'The time of the request was over');
      turnEnd = performance.now() + TURN_MS;
    }
    results.push(work(item));
  }
  return results;
}
