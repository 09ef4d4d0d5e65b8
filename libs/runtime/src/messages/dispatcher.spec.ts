import { type Identity, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { EMPTY, of, throwError } from 'rxjs';
import { requestMetrics } from '../observability/request-metrics';
import { unlessCancelled } from './cancellation';
import { Dispatcher } from './dispatcher';
import type { CallHeaders } from './message-codec';
import { currentRequest } from './request-context';

const ANN: Identity = { subject: 'ann', role: 'developer', owner: 'ann' };
const REQUEST = Buffer.from('{"id":"a","pattern":"probe.v1.echo","data":{"value":1}}');

beforeAll(() => {
  Logger.overrideLogger(false);
});

async function replyOf(handler: MessageHandler, limit = 1_000_000, headers: CallHeaders = { identity: ANN }): Promise<unknown> {
  const reply = await new Dispatcher(1_000, () => limit).dispatch('probe.v1.echo', handler, REQUEST, headers);
  return JSON.parse(Buffer.from(reply).toString('utf8'));
}

describe('a dispatched request', () => {
  it.each<[string, MessageHandler]>([
    ['a promise', (data) => Promise.resolve(data)],
    ['an observable', (data) => Promise.resolve(of(data))],
    ['the last of several values', (data) => Promise.resolve(of({ value: 0 }, data))],
  ])('is answered with %s of its handler', async (_what, handler) => {
    await expect(replyOf(handler)).resolves.toEqual({ id: 'a', response: { value: 1 }, isDisposed: true });
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;

  it.each<[string, MessageHandler]>([
    ['rejects', () => Promise.reject(new Error('hunter2'))],
    ['throws', () => {
      throw new Error('hunter2');
    }],
    ['gives an observable that fails', () => Promise.resolve(throwError(() => new Error('hunter2')))],
    ['gives an observable of nothing', () => Promise.resolve(EMPTY)],
    ['answers with what no JSON can hold', () => Promise.resolve({ value: 1n })],
    ['answers with a circle', () => Promise.resolve(circular)],
  ])('whose handler %s is answered as INTERNAL', async (_what, handler) => {
    await expect(replyOf(handler)).resolves.toEqual({
      id: 'a',
      err: { code: 'INTERNAL', message: 'The service failed; its log has the cause under this request id' },
      isDisposed: true,
    });
  });

  it('fails as its handler says, by a ServiceError', async () => {
    const handler = (): Promise<never> => Promise.reject(new ServiceError('NOT_FOUND', 'Nothing there'));
    await expect(replyOf(handler)).resolves.toEqual({
      id: 'a',
      err: { code: 'NOT_FOUND', message: 'Nothing there' },
      isDisposed: true,
    });
  });

  it('is answered as PAYLOAD_TOO_LARGE by one byte over the limit', async () => {
    const bytes = Buffer.byteLength('{"id":"a","response":{"value":1},"isDisposed":true}');
    const echo: MessageHandler = (data) => Promise.resolve(data);
    await expect(replyOf(echo, bytes + 1024)).resolves.toHaveProperty('response', { value: 1 });
    await expect(replyOf(echo, bytes + 1023)).resolves.toHaveProperty('err.code', 'PAYLOAD_TOO_LARGE');
  });
});

describe('who a request is from', () => {
  const ask: MessageHandler = () => Promise.resolve({ identity: currentRequest()?.identity });

  it('is known to its handler', async () => {
    expect(await replyOf(ask)).toHaveProperty('response.identity', ANN);
  });

  it('must be said, unless it is a ping', async () => {
    expect(await replyOf(ask, undefined, {})).toEqual({
      id: 'a',
      err: { code: 'UNAUTHENTICATED', message: 'The message does not say who it is from: it needs the identity of its caller' },
      isDisposed: true,
    });
    expect(await replyOf(Object.assign(() => ask(undefined), { extras: { unmeasured: true } }), undefined, {})).toEqual({ id: 'a', response: {}, isDisposed: true });
  });
});

describe('what a handler leaves behind', () => {
  const dispatch = (handler: MessageHandler, signal?: AbortSignal): Promise<Uint8Array> =>
    new Dispatcher(60_000, () => 1_000_000).dispatch('probe.v1.echo', handler, REQUEST, { identity: ANN }, signal);

  it.each<[string, AbortSignal | undefined]>([
    ['whose caller cannot leave', undefined],
    ['whose caller stays', new AbortController().signal],
  ])('is cancelled when its request is answered, and not before: %s', async (_what, signal) => {
    const seen: string[] = [];
    let left: Promise<unknown> | undefined;
    await dispatch(async () => {
      const behind = currentRequest()?.signal;
      left = unlessCancelled(new Promise(() => undefined), behind).catch((error: unknown) => error);
      await Promise.resolve();
      seen.push(`aborted: ${String(behind?.aborted)}`);
      throw new ServiceError('CONFLICT', 'No');
    }, signal);
    expect(await left).toMatchObject({ code: 'CANCELLED' });
    expect(seen).toEqual(['aborted: false']);
    expect(signal?.aborted ?? false).toBe(false);
  });

  it('is cancelled when the caller leaves before', async () => {
    const caller = new AbortController();
    const reply = dispatch(() => unlessCancelled(new Promise(() => undefined), currentRequest()?.signal), caller.signal);
    caller.abort();
    expect(JSON.parse(Buffer.from(await reply).toString('utf8'))).toHaveProperty('err.code', 'CANCELLED');
  });
});

describe('the measurement of a request', () => {
  async function countedAfter(handler: MessageHandler, limit?: number, headers?: CallHeaders): Promise<object> {
    requestMetrics.requests.reset();
    requestMetrics.errors.reset();
    await replyOf(handler, limit, headers);
    const counted = async (metric: typeof requestMetrics.requests) =>
      (await metric.get()).values.map(({ labels, value }) => ({ ...labels, value }));
    return { requests: await counted(requestMetrics.requests), errors: await counted(requestMetrics.errors) };
  }
  const echo: MessageHandler = (data) => Promise.resolve(data);
  const contract = 'probe.v1.echo';

  it('is by the reply that leaves: one too large to carry is no success', async () => {
    expect(await countedAfter(echo)).toEqual({ requests: [{ contract, code: 'OK', value: 1 }], errors: [] });
    expect(await countedAfter(echo, 1_050)).toEqual({
      requests: [{ contract, code: 'PAYLOAD_TOO_LARGE', value: 1 }],
      errors: [{ code: 'PAYLOAD_TOO_LARGE', value: 1 }],
    });
  });

  it('counts what a service behind it failed by, but not as an error that arose here', async () => {
    const failing = (): Promise<never> => Promise.reject(new ServiceError('CONFLICT', 'No', [], true));
    expect(await countedAfter(failing)).toEqual({ requests: [{ contract, code: 'CONFLICT', value: 1 }], errors: [] });
  });

  it('counts the end of a deadline as an error where the deadline is of its own, and not where it came with the call', async () => {
    const late = (): Promise<never> => Promise.reject(new ServiceError('TIMEOUT', 'Late'));
    const requests = [{ contract, code: 'TIMEOUT', value: 1 }];
    expect(await countedAfter(late)).toEqual({ requests, errors: [{ code: 'TIMEOUT', value: 1 }] });
    expect(await countedAfter(late, undefined, { identity: ANN, timeoutMs: 500 })).toEqual({ requests, errors: [] });
    const conflict = (): Promise<never> => Promise.reject(new ServiceError('CONFLICT', 'No'));
    expect(await countedAfter(conflict, undefined, { identity: ANN, timeoutMs: 500 })).toMatchObject({ errors: [{ code: 'CONFLICT', value: 1 }] });
  });

  it('leaves out what is not to be measured', async () => {
    const ping: MessageHandler = Object.assign(() => Promise.resolve({}), { extras: { unmeasured: true } });
    expect(await countedAfter(ping)).toEqual({ requests: [], errors: [] });
  });
});

describe('a dispatcher', () => {
  it('is finished while nothing is worked on', async () => {
    await expect(new Dispatcher(1_000, () => 1_000_000).finished()).resolves.toBeUndefined();
  });

  it('is finished for all who wait when the last request is answered', async () => {
    const dispatcher = new Dispatcher(1_000, () => 1_000_000);
    const events: string[] = [];
    const releases: (() => void)[] = [];
    const handler = (): Promise<object> => new Promise((resolve) => releases.push(() => { resolve({}); }));
    const work = [1, 2].map(async (name) => {
      await dispatcher.dispatch('probe.v1.echo', handler, REQUEST, { identity: ANN });
      events.push(`answered ${name}`);
    });
    const waiting = ['a', 'b'].map(async (name) => {
      await dispatcher.finished();
      events.push(`finished ${name}`);
    });
    releases[0]?.();
    await work[0];
    events.push('one is still worked on');
    releases[1]?.();
    await Promise.all([...work, ...waiting]);
    expect(events.slice(0, 2)).toEqual(['answered 1', 'one is still worked on']);
    expect(events.slice(2).sort()).toEqual(['answered 2', 'finished a', 'finished b']);
  });
});
