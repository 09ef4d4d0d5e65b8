import { setImmediate } from 'node:timers/promises';
import { stopIfOver } from './messages/cancellation';
import { currentRequest } from './messages/request-context';

const TURN_MS = 5;

/** Counts the time of one turn of work, and ends it when it is over. */
class Turn {
  private end = performance.now() + TURN_MS;
  private readonly context = currentRequest();

  /** Whether it is time for others. */
  get over(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets others have theirs; throws CANCELLED or TIMEOUT when the request being worked on is over. */
  async pass(): Promise<void> {
    await setImmediate();
    if (this.context) stopIfOver(this.context);
    this.end = performance.now() + TURN_MS;
  }
}

/**
 * Works on items one after another and lets other requests have a turn every few milliseconds; throws CANCELLED when the
 * caller of the request being worked on is gone, TIMEOUT when its deadline is past.
 */
export async function inTurns<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const turn = new Turn();
  const results: Result[] = [];
  for (const item of items) {
    if (turn.over) await turn.pass();
    results.push(work(item));
  }
  return results;
}
