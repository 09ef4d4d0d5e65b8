import { ServiceError } from '@sigmalang/contracts';
import { finishInTurns, inTurns } from './event-loop-turns';
import { withRequest, type RequestContext } from './messages/request-context';

let now = 0;

beforeEach(() => {
  now = 1_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await new Promise((resolve) => setImmediate(resolve)); // ends the turn by the clock of the test
});

/** Work of the given length, on a clock that only it moves. */
function taking(ms: number): (item: number) => number {
  return (item) => {
    now += ms;
    return item * 10;
  };
}

/** Counts the turns that other work of the process gets until it is stopped. */
function countTurns(): () => number {
  let turns = 0;
  let counting = true;
  const count = (): void => {
    if (!counting) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  return () => {
    counting = false;
    return turns;
  };
}

function requestUntil(deadline: number, signal = new AbortController().signal): RequestContext {
  return { requestId: 'a', traceparent: '', deadline, signal };
}

describe('work in turns', () => {
  it('gives the results in the order of the items', async () => {
    await expect(inTurns([3, 1, 2], taking(7))).resolves.toEqual([30, 10, 20]);
    await expect(inTurns(new Set<number>(), taking(7))).resolves.toEqual([]);
  });

  it('lets other work of the process have a turn after every 5 ms', async () => {
    const turns = countTurns();
    await inTurns([1, 2, 3, 4, 5, 6, 7, 8, 9], taking(2.5));
    expect(turns()).toBe(4);
  });

  it('keeps its turn while it is short', async () => {
    const turns = countTurns();
    await inTurns([1, 2, 3, 4], taking(1));
    expect(turns()).toBe(0);
  });

  it('ends with TIMEOUT, and does no more of it, when the time of its request is over', async () => {
    const done: number[] = [];
    const work = (item: number): void => {
      done.push(item);
      now += 6;
    };
    const working = withRequest(requestUntil(1_013), () => inTurns([1, 2, 3, 4, 5], work));
    await expect(working).rejects.toEqual(new ServiceError('TIMEOUT', 'The time of the request was over'));
    await expect(working).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(done).toEqual([1, 2, 3]);
  });

  it('ends with CANCELLED, and does no more of it, when the caller of its request is gone', async () => {
    const done: number[] = [];
    const caller = new AbortController();
    const work = (item: number): void => {
      done.push(item);
      now += 6;
      if (item === 3) caller.abort();
    };
    const working = withRequest(requestUntil(Infinity, caller.signal), () => inTurns([1, 2, 3, 4, 5], work));
    await expect(working).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(done).toEqual([1, 2, 3]);
  });

  it('goes on while its request has time, and without a request for as long as it takes', async () => {
    await expect(withRequest(requestUntil(1_100), () => inTurns([1, 2, 3], taking(6)))).resolves.toEqual([10, 20, 30]);
    await expect(inTurns([1, 2], taking(1e9))).resolves.toEqual([10, 20]);
  });

  it('fails as the work on an item fails', async () => {
    const work = (): never => {
      throw new RangeError('no');
    };
    await expect(inTurns([1], work)).rejects.toBeInstanceOf(RangeError);
  });
});

describe('work of several', () => {
  it('takes turns: each has one after the other', async () => {
    const order: string[] = [];
    const noting = (name: string) => (ms: number): void => {
      now += ms;
      order.push(name);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => inTurns([6, 6, 6], noting(name))));
    expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'c', 'b', 'c']);
  });

  it('shares a turn where each is short', async () => {
    const turns = countTurns();
    for (let i = 0; i < 9; i++) await inTurns([1], taking(2.5));
    expect(turns()).toBe(4);
  });
});

describe('work in steps', () => {
  function* counting(steps: number): Generator<undefined, number> {
    for (let i = 0; i < steps; i++) yield;
    return steps;
  }

  it('is run to its result', async () => {
    expect(await finishInTurns(counting(1000))).toBe(1000);
  });

  it('ends with TIMEOUT when the time of the request is over', async () => {
    function* endless(): Generator<undefined, never> {
      for (;;) {
        now += 1;
        yield;
      }
    }
    const run = withRequest(requestUntil(now + 20), () => finishInTurns(endless()));
    await expect(run).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
