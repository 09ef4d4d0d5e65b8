import { type ErrorCode, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ResilienceConfig } from './resilience.config';
import { resilienceMetrics } from './resilience-metrics';
import { ServiceGuard } from './service-guard';

const PING_MS = 5;
const ENOUGH = 10;
const LONG_MS = 1_000;

const gone = (): Promise<never> => Promise.reject(new ServiceError('UNAVAILABLE', 'Nobody answers'));
const works = (): Promise<string> => Promise.resolve('done');

beforeAll(() => {
  Logger.overrideLogger(false);
});

/** A service named `probe` that answers pings only while `isThere`, and the guard before it. */
function guarded(settings: Partial<ResilienceConfig> = {}) {
  const service = { isThere: true, pings: 0 };
  const ping = (): Promise<unknown> => {
    service.pings++;
    return service.isThere ? works() : gone();
  };
  const guard = new ServiceGuard('probe', Object.assign(new ResilienceConfig(), { breakerPingMs: PING_MS }, settings), ping);
  const call = async (send: () => Promise<string> = works, timeoutMs = LONG_MS): Promise<string> => {
    guard.admit();
    return guard.run(timeoutMs, send);
  };
  const fail = async (times: number, send: () => Promise<string> = gone, timeoutMs = LONG_MS): Promise<unknown[]> => {
    const failures: unknown[] = [];
    for (let i = 0; i < times; i++) failures.push(await call(send, timeoutMs).catch((error: unknown) => error));
    await sleep(1); // for the answer to a ping
    return failures;
  };
  return { service, call, fail };
}

async function metric(name: 'breakerOpen' | 'bulkheadRejections' | 'bulkheadCalls' | 'bulkheadCallsLimit'): Promise<number> {
  const { values } = await resilienceMetrics[name].get();
  return values.find(({ labels }) => labels.service === 'probe')?.value ?? 0;
}

/** Until the calls of a guard are let through again. */
async function recovered(call: () => Promise<string>): Promise<string> {
  for (;;) {
    const answer = await call().catch(() => undefined);
    if (answer !== undefined) return answer;
    await sleep(PING_MS);
  }
}

describe('the breaker of a service', () => {
  it('refuses calls, without making them, once ten failed and no ping is answered; lets them pass again when one is', async () => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    await fail(ENOUGH);
    expect(await metric('breakerOpen')).toBe(1);
    const send = jest.fn(works);
    await expect(call(send)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'The service probe does not answer at the moment', received: false });
    expect(send).not.toHaveBeenCalled();
    service.isThere = true;
    await expect(recovered(call)).resolves.toBe('done');
    expect(await metric('breakerOpen')).toBe(0);
  });

  it('stays as it is before the tenth failure, and asks nothing', async () => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    await fail(ENOUGH - 1);
    await expect(call()).resolves.toBe('done');
    expect(service.pings).toBe(0);
  });

  it('refuses nothing where the service still answers pings, as one that is only slow does', async () => {
    const { service, call, fail } = guarded();
    const failures = await fail(3 * ENOUGH);
    expect(failures).toEqual(Array.from({ length: 3 * ENOUGH }, () => new ServiceError('UNAVAILABLE', 'Nobody answers')));
    expect(service.pings).toBe(3);
    await expect(call()).resolves.toBe('done');
    expect(await metric('breakerOpen')).toBe(0);
  });

  it('lets calls pass while the ping is on its way', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const guard = new ServiceGuard('probe', new ResilienceConfig(), () => promise);
    for (let i = 0; i < ENOUGH; i++) await guard.run(LONG_MS, gone).catch(() => undefined);
    guard.admit();
    await expect(guard.run(LONG_MS, works)).resolves.toBe('done');
    resolve(undefined);
  });

  it('goes on asking a service that stays away, until it answers', async () => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    await fail(ENOUGH);
    while (service.pings < 4) await sleep(PING_MS);
    await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    service.isThere = true;
    await recovered(call);
    const { pings } = service;
    await sleep(4 * PING_MS);
    expect(service.pings).toBe(pings);
  });

  it('asks a service once at a time, however many calls to it failed together', async () => {
    const { service, call } = guarded({ breakerPingMs: 20 });
    service.isThere = false;
    const failures = Array.from({ length: 50 }, () => call(async () => {
      await sleep(1);
      return gone();
    }));
    await Promise.allSettled(failures);
    const { pings } = service;
    await sleep(1);
    expect(service.pings).toBeLessThanOrEqual(pings + 1);
    expect(service.pings).toBeLessThanOrEqual(2);
    service.isThere = true;
    await recovered(call);
  });

  it('opens again when the service goes away again', async () => {
    const { service, call, fail } = guarded();
    for (let round = 0; round < 2; round++) {
      service.isThere = false;
      await fail(ENOUGH);
      await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      service.isThere = true;
      await recovered(call);
    }
  });

  it('forgets the failures of before once the service is back', async () => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    await fail(ENOUGH);
    service.isThere = true;
    await recovered(call);
    const { pings } = service;
    await fail(ENOUGH - 3);
    expect(service.pings).toBe(pings);
  });

  it('looks at the last calls: those that succeed make up for those that failed before', async () => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < ENOUGH; i++) await call();
      await fail(ENOUGH - 1);
    }
    expect(service.pings).toBe(0);
  });

  it.each<[string, ErrorCode, boolean, number]>([
    ['says UNAVAILABLE itself, because of what it needs', 'UNAVAILABLE', true, LONG_MS],
    ['says TIMEOUT itself', 'TIMEOUT', true, LONG_MS],
    ['does not answer within less than a second', 'TIMEOUT', false, LONG_MS - 1],
    ['finds the request invalid', 'INVALID_REQUEST', true, LONG_MS],
    ['fails', 'INTERNAL', true, LONG_MS],
    ['is asked for too much', 'PAYLOAD_TOO_LARGE', false, LONG_MS],
    ['is asked by who is gone', 'CANCELLED', false, LONG_MS],
  ])('takes no service for away that %s', async (_what, code, received, timeoutMs) => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    const failure = new ServiceError(code, 'So it is', [], received);
    expect(await fail(3 * ENOUGH, () => Promise.reject(failure), timeoutMs)).toContain(failure);
    expect(service.pings).toBe(0);
    await expect(call()).resolves.toBe('done');
  });

  it('takes a service for away that does not answer for a second', async () => {
    const { service, call, fail } = guarded();
    service.isThere = false;
    await fail(ENOUGH, () => Promise.reject(new ServiceError('TIMEOUT', 'Late')));
    await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    service.isThere = true;
    await recovered(call);
  });
});

describe('the bulkhead of a service', () => {
  it('refuses at once what is more than may wait for it, and counts that; takes calls again when one has ended', async () => {
    const { call } = guarded({ mostCallsPerService: 2 });
    const before = await metric('bulkheadRejections');
    const releases: (() => void)[] = [];
    const waiting = [0, 1].map(() => call(() => new Promise((resolve) => releases.push(() => { resolve('late'); }))));
    await expect(call()).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'The service probe has as many requests as may wait for it: ask again later' });
    expect(await metric('bulkheadRejections')).toBe(before + 1);
    expect([await metric('bulkheadCalls'), await metric('bulkheadCallsLimit')]).toEqual([2, 2]);
    releases[0]?.();
    await expect(waiting[0]).resolves.toBe('late');
    expect(await metric('bulkheadCalls')).toBe(1);
    await expect(call()).resolves.toBe('done');
    releases[1]?.();
    await waiting[1];
  });

  it('has room again after calls that failed', async () => {
    const { call } = guarded({ mostCallsPerService: 1 });
    await expect(call(gone)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(call()).resolves.toBe('done');
  });
});
