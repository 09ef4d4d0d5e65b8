import { LimitsConfig } from './limits.config';
import { type AdmittedRequest, LoadShedder } from './load-shedder';

const TICK_MS = 50;

let now: number;
const shedders: LoadShedder[] = [];

beforeEach(() => { now = 1_000; });
afterEach(() => { for (const shedder of shedders.splice(0)) shedder.onApplicationShutdown(); });

function startShedder(settings: Partial<LimitsConfig> = {}): LoadShedder {
  const config = Object.assign(new LimitsConfig(), { shedLatencyMs: 250, shedMinInFlight: 10 }, settings);
  const shedder = new LoadShedder(config, () => now);
  shedders.push(shedder);
  return shedder;
}

/** Lets time pass, in which the event loop turns as fast as it should or a time late. */
function tick(shedder: LoadShedder, times = 1, lateMs = 0): void {
  for (let i = 0; i < times; i++) {
    now += TICK_MS + lateMs;
    shedder.tick();
  }
}

/** Those of so many requests that are taken, their bodies read. */
function take(shedder: LoadShedder, requests: number): AdmittedRequest[] {
  return Array.from({ length: requests }, () => shedder.admit()).flatMap((outcome) => {
    if ('refused' in outcome) return [];
    outcome.request.begin();
    return [outcome.request];
  });
}

function complete(shedder: LoadShedder, requests: number): void {
  for (let i = 0; i < requests; i++) take(shedder, 1).forEach((request) => { request.end(true); });
}

describe('requests in flight', () => {
  it('are at least as many as the settings say, of a process that has done nothing', () => {
    const shedder = startShedder();
    expect(take(shedder, 25)).toHaveLength(10);
    expect(shedder.admit()).toEqual({ refused: 'in_flight' });
  });

  it('are as many as are completed in the time that one should take, by the best of the last seconds', () => {
    const shedder = startShedder();
    complete(shedder, 400);
    tick(shedder, 20);
    complete(shedder, 100);
    expect(shedder.limit).toBe(100);
    tick(shedder, 60);
    expect(shedder.limit).toBe(100);
    tick(shedder, 20);
    expect(shedder.limit).toBe(25);
    tick(shedder, 20);
    expect(shedder.limit).toBe(10);
  });

  it('make place when they end, once each, whatever became of them', () => {
    const shedder = startShedder();
    const [first, second] = take(shedder, 10);
    first?.end(true);
    first?.end(true);
    second?.end(false);
    expect(take(shedder, 25)).toHaveLength(2);
  });

  it('that nobody waited for do not count as done', () => {
    const shedder = startShedder();
    for (let i = 0; i < 1_000; i++) take(shedder, 1).forEach((request) => { request.end(false); });
    expect([shedder.limit, shedder.inFlight]).toEqual([10, 0]);
  });

  it('are those that came just now, too, before their bodies are read', () => {
    const shedder = startShedder();
    const outcomes = Array.from({ length: 25 }, () => shedder.admit());
    expect(outcomes.filter((outcome) => 'request' in outcome)).toHaveLength(10);
  });

  it('are not those whose body does not come: slow clients keep nobody out', () => {
    const shedder = startShedder();
    const slow = Array.from({ length: 10 }, () => shedder.admit()).flatMap((outcome) => ('request' in outcome ? [outcome.request] : []));
    tick(shedder);
    expect(shedder.inFlight).toBe(0);
    slow[0]?.begin();
    slow[1]?.end(false);
    expect(shedder.inFlight).toBe(1);
    slow[0]?.end(true);
    expect(shedder.inFlight).toBe(0);
  });
});

describe('an event loop that turns too slowly', () => {
  it.each([[250, 100], [500, 50], [1_000, 25]])('when %i ms late lets through %i of 100 requests', (lateMs, share) => {
    const shedder = startShedder();
    complete(shedder, 4_000);
    take(shedder, 10);
    tick(shedder, 1, lateMs);
    expect(take(shedder, 100)).toHaveLength(share);
    tick(shedder);
    expect(take(shedder, 100)).toHaveLength(100);
  });

  it('lets all through that are no more than are never refused', () => {
    const shedder = startShedder();
    tick(shedder, 1, 10_000);
    expect(take(shedder, 10)).toHaveLength(10);
  });

  it('is why a request is refused then', () => {
    const shedder = startShedder();
    complete(shedder, 4_000);
    take(shedder, 10);
    tick(shedder, 1, 1_000);
    expect(shedder.admit()).toEqual({ refused: 'event_loop' });
  });
});

describe('refusals', () => {
  /** How many of so many were told when the tick that is on ends. */
  async function countTold(refusals: readonly (Promise<void> | undefined)[]): Promise<number> {
    const told = refusals.map((time) => ({ isNow: time === undefined, time }));
    for (const each of told) void each.time?.then(() => { each.isNow = true; });
    await Promise.resolve();
    return told.filter(({ isNow }) => isNow).length;
  }

  it('are so many a tick: who asks again at once waits, and takes no time from others', async () => {
    const shedder = startShedder();
    const refusals = Array.from({ length: 120 }, () => shedder.refusalTime());
    const toldAfter = [await countTold(refusals)];
    for (let i = 0; i < 3; i++) {
      tick(shedder);
      toldAfter.push(await countTold(refusals));
    }
    expect(toldAfter).toEqual([50, 100, 120, 120]);
  });

  it('wait in a queue that is bounded, and not beyond the end', async () => {
    const shedder = startShedder();
    const refusals = Array.from({ length: 1_100 }, () => shedder.refusalTime());
    expect(await countTold(refusals)).toBe(100);
    shedder.onApplicationShutdown();
    expect(await countTold(refusals)).toBe(1_100);
  });
});

it('none is refused where no time is set', () => {
  const shedder = startShedder({ shedLatencyMs: 0 });
  tick(shedder, 1, 10_000);
  expect(take(shedder, 1_000)).toHaveLength(1_000);
});
