import { ServiceError } from '@sigmalang/contracts';
import { setImmediate } from 'node:timers/promises';
import { currentRequest } from './messages/request-context';

const TURN_MS = 5;

/** Counts the time of one turn of work, and ends it when it is over. */
class Turn {
  private end = performance.now() + TURN_MS;
  private readonly deadline = currentRequest()?.deadline ?? Infinity;

  /** Whether it is time for others. */
  get over(): boolean {
    return performance.now() >= this.end;
  }

  /** Lets others have theirs; throws TIMEOUT when the deadline of the request being worked on is past. */
  async pass(): Promise<void> {
    await setImmediate();
    const now = performance.now();
    if (now > this.deadline) throw new ServiceError('TIMEOUT', 'The time of the request was over');
    this.end = now + TURN_MS;
  }
}

/**
 * Works on items one after another and lets other requests have a turn every few milliseconds; throws TIMEOUT when the
 * deadline of the request being worked on is past.
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

/** Runs work that pauses, by a generator, to its result, as {@link inTurns} does. */
export async function finishInTurns<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  const turn = new Turn();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (turn.over) await turn.pass();
  }
}
