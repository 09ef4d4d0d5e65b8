import { defineContract, type Identity, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestMetrics } from '../observability/request-metrics';
import { InProcessStrategy, InProcessTransport } from '../transport/in-process.transport';
import { Bus } from './bus';
import { stopIfOver, unlessCancelled } from './cancellation';
import { Dispatcher } from './dispatcher';
import { currentRequest, openRequest, withRequest } from './request-context';

class Message {}

const ANN: Identity = { subject: 'ann', role: 'developer', owner: 'ann' };

const wait = defineContract({ subject: 'probe.v1.wait', request: Message, response: Message });
const relay = defineContract({ subject: 'probe.v1.relay', request: Message, response: Message });

const caller = (): AbortController => new AbortController();

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => 'no failure', (error: unknown) => error);
}

describe('work for a caller', () => {
  it('settles as it does while the caller is there', async () => {
    const { signal } = caller();
    await expect(unlessCancelled(Promise.resolve(7), signal)).resolves.toBe(7);
    await expect(unlessCancelled(Promise.reject(new RangeError('no')), signal)).rejects.toBeInstanceOf(RangeError);
    await expect(unlessCancelled(Promise.resolve(7), undefined)).resolves.toBe(7);
  });

  it('ends as CANCELLED when the caller leaves, or had left before', async () => {
    const leaving = caller();
    const never = new Promise<never>(() => undefined);
    const waiting = failureOf(unlessCancelled(never, leaving.signal));
    leaving.abort();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    expect(await failureOf(unlessCancelled(never, leaving.signal))).toBeInstanceOf(ServiceError);
  });

  it('leaves no listener on the signal of its caller, however it ends', async () => {
    const { signal } = caller();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    const working = Promise.withResolvers<number>();
    const waiting = unlessCancelled(working.promise, signal);
    expect(listeners()).toBe(1);
    working.resolve(7);
    await waiting;
    expect(listeners()).toBe(0);
    await failureOf(unlessCancelled(Promise.reject(new RangeError('no')), signal));
    expect(listeners()).toBe(0);
  });

  it('is stopped as CANCELLED or TIMEOUT, whichever holds, and goes on while neither does', () => {
    expect(() => { stopIfOver(openRequest(60_000)); }).not.toThrow();
    expect(() => { stopIfOver(openRequest(-1)); }).toThrow(expect.objectContaining({ code: 'TIMEOUT' }) as Error);
    const gone = openRequest(-1, undefined, undefined, AbortSignal.abort());
    expect(() => { stopIfOver(gone); }).toThrow(expect.objectContaining({ code: 'CANCELLED' }) as Error);
  });
});

describe('a call in one process whose caller leaves', () => {
  const transport = new InProcessTransport(100_000);
  const bus = new Bus(transport, 60_000);
  const dispatcher = new Dispatcher(60_000, () => 100_000);
  const handled: string[] = [];

  beforeAll(() => {
    Logger.overrideLogger(false);
    const strategy = new InProcessStrategy(transport, dispatcher);
    strategy.addHandler(wait.subject, async () => {
      handled.push('wait');
      await unlessCancelled(new Promise(() => undefined), currentRequest()?.signal);
    });
    strategy.addHandler(relay.subject, () => bus.call(wait, {}));
    strategy.listen(() => undefined);
  });

  beforeEach(() => {
    handled.length = 0;
    requestMetrics.requests.reset();
    requestMetrics.errors.reset();
  });

  it('ends at once, and so does all that it caused, counted as CANCELLED and not as errors', async () => {
    const leaving = caller();
    const call = failureOf(withRequest(openRequest(60_000, 'a', undefined, leaving.signal, ANN), () => bus.call(relay, {})));
    while (handled.length === 0) await sleep(1);
    leaving.abort();
    expect(await call).toMatchObject({ code: 'CANCELLED' });
    await dispatcher.finished();
    expect((await requestMetrics.requests.get()).values.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      { contract: wait.subject, code: 'CANCELLED', value: 1 },
      { contract: relay.subject, code: 'CANCELLED', value: 1 },
    ]);
    expect((await requestMetrics.errors.get()).values).toEqual([]);
    expect((await requestMetrics.inProgress.get()).values).toEqual([{ labels: {}, value: 0 }]);
  });

  it('leaves no timer behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const leaving = caller();
    const call = failureOf(withRequest(openRequest(60_000, 'a', undefined, leaving.signal, ANN), () => bus.call(wait, {})));
    expect(timers()).toBe(before + 1);
    leaving.abort();
    await call;
    expect(timers()).toBe(before);
  });

  it('reaches nobody when the caller had left before', async () => {
    const gone = openRequest(60_000, 'a', undefined, AbortSignal.abort());
    expect(await failureOf(withRequest(gone, () => bus.call(wait, {})))).toMatchObject({ code: 'CANCELLED' });
    expect(handled).toEqual([]);
  });
});
