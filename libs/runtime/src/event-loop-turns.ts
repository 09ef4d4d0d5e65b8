import { setImmediate as nextRound } from 'node:timers';
import { stopIfOver } from './messages/cancellation';
import { currentRequest } from './messages/request-context';

const TURN_MS = 5;

/** The turn of work that all of the process share, from its start until the event loop has gone round. */
let turn: { readonly end: number } | undefined;

/** Who waits for a turn; one has it in each round of the event loop. */
const waiting: (() => void)[] = [];

function begin(): { readonly end: number } {
  const begun = { end: performance.now() + TURN_MS };
  nextRound(() => {
    if (turn === begun) turn = undefined;
  });
  return begun;
}

/** Whether this turn has lasted long enough that {@link takeTurns} is to be awaited. */
export function isTurnOver(): boolean {
  turn ??= begin();
  return performance.now() >= turn.end;
}

function nextTurn(): void {
  turn = begin();
  waiting.shift()?.();
  if (waiting.length > 0) nextRound(nextTurn);
}

/**
 * Lets others have a turn when this one has lasted some milliseconds, whoever began it: to be awaited between pieces of work.
 * Throws CANCELLED when the caller of the request being worked on is gone, TIMEOUT when its deadline is past.
 */
export async function takeTurns(): Promise<void> {
  if (!isTurnOver()) return;
  const context = currentRequest();
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) nextRound(nextTurn);
  });
  if (context) stopIfOver(context);
}

/** Works on items one after another, others having their turns in between; throws as {@link takeTurns} does. */
export async function inTurns<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (isTurnOver()) await takeTurns();
    results.push(work(item));
  }
  return results;
}

/** Runs work that a generator does in steps to its result, others having their turns in between; throws as {@link takeTurns} does. */
export async function finishInTurns<Result>(steps: Generator<undefined, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (isTurnOver()) await takeTurns();
  }
}
