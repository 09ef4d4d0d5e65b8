import { Logger } from '@nestjs/common';
import { defineContract, pingOf, ServiceError } from '@sigmalang/contracts';
import type { RequestTransport } from '../transport/request-transport';
import { ResilienceConfig } from '../resilience/resilience.config';
import { Bus } from './bus';
import type { CallHeaders } from './message-codec';
import { openRequest, type RequestContext, withRequest } from './request-context';

const HEADERS = 1024;

class Message {
  value?: unknown;
}

const echo = defineContract({ subject: 'probe.v1.echo', request: Message, response: Message });

/** Notes what it is asked to carry and gives one reply to all. */
class FakeTransport implements RequestTransport {
  readonly sent: { subject: string; message: unknown; bytes: number; headers: CallHeaders }[] = [];

  constructor(
    private readonly reply = '{"id":"1","response":{"value":"reply"},"isDisposed":true}',
    private readonly limit = 1_000_000,
  ) {}

  maxMessageBytes(): number {
    return this.limit;
  }

  request(subject: string, payload: Uint8Array, headers: CallHeaders): Promise<Uint8Array> {
    const message: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    this.sent.push({ subject, message, bytes: payload.byteLength, headers });
    return Promise.resolve(Buffer.from(this.reply));
  }
}

describe('a call', () => {
  it('goes to the subject of its contract in the envelope of Nest, each with an id of its own', async () => {
    const transport = new FakeTransport();
    const bus = new Bus(transport, 1_000);
    await expect(bus.call(echo, { value: 1 })).resolves.toEqual({ value: 'reply' });
    await bus.call(echo, { value: 2 });
    expect(transport.sent.map(({ subject, message }) => ({ subject, message }))).toEqual([
      { subject: 'probe.v1.echo', message: { id: '1', pattern: 'probe.v1.echo', data: { value: 1 } } },
      { subject: 'probe.v1.echo', message: { id: '2', pattern: 'probe.v1.echo', data: { value: 2 } } },
    ]);
  });

  it.each<[string, number | undefined, number, number]>([
    ['the time of its bus', undefined, 60_000, 5_000],
    ['less, where the caller says so', 100, 60_000, 100],
  ])('has %s', async (_what, own, request, timeoutMs) => {
    const transport = new FakeTransport();
    await withRequest(openRequest(request), () => new Bus(transport, 5_000).call(echo, {}, own));
    await new Bus(transport, 5_000).call(echo, {}, own);
    expect(transport.sent.map(({ headers }) => headers.timeoutMs)).toEqual([timeoutMs, timeoutMs]);
  });

  it('has no more time than the request that causes it', async () => {
    const transport = new FakeTransport();
    jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const context: RequestContext = { requestId: 'order-17', traceparent: 'trace', deadline: 1_250.5, signal: new AbortController().signal };
    await withRequest(context, () => new Bus(transport, 5_000).call(echo, {}, 400));
    jest.restoreAllMocks();
    expect(transport.sent[0]?.headers).toEqual({ requestId: 'order-17', traceparent: 'trace', timeoutMs: 251 });
  });

  it('that fills the limit but for its headers is sent, and one byte more is not', async () => {
    const envelope = Buffer.byteLength(JSON.stringify({ id: '1', pattern: echo.subject, data: { value: '' } }));
    const transport = new FakeTransport(undefined, 5_000);
    const room = 5_000 - HEADERS - envelope;
    await new Bus(transport, 1_000).call(echo, { value: 'x'.repeat(room) });
    expect(transport.sent.map(({ bytes }) => bytes)).toEqual([5_000 - HEADERS]);
    const failure: unknown = await new Bus(transport, 1_000).call(echo, { value: 'x'.repeat(room + 1) }).catch((error: unknown) => error);
    expect(failure).toEqual(
      new ServiceError(
        'PAYLOAD_TOO_LARGE',
        'The request takes 3977 bytes, a message between services at most 3976: ask for less in one call',
      ),
    );
    expect(failure).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(transport.sent).toHaveLength(1);
  });

  it('that a service cancelled is UNAVAILABLE to a caller who is still there', async () => {
    const transport = new FakeTransport('{"id":"1","err":{"code":"CANCELLED","message":"gone"},"isDisposed":true}');
    const failed = { code: 'UNAVAILABLE', message: 'probe.v1.echo was given up by its service', received: false };
    const bus = new Bus(transport, 1_000);
    await expect(bus.call(echo, {})).rejects.toMatchObject(failed);
    await expect(withRequest(openRequest(1_000), () => bus.call(echo, {}))).rejects.toMatchObject(failed);
    const caller = new AbortController();
    const gone = withRequest(openRequest(1_000, 'a', undefined, caller.signal), () => bus.call(echo, {}));
    caller.abort();
    await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['a list', '[]'],
    ['neither response nor error', '{"id":"1","isDisposed":true}'],
    ['an error that is none', '{"err":null}'],
    ['an error as stock Nest services send it', '{"err":{"status":"error","message":"hunter2"},"isDisposed":true}'],
  ])('that is answered with %s fails as INTERNAL, without what came', async (_what, reply) => {
    const failure: unknown = await new Bus(new FakeTransport(reply), 1_000).call(echo, {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({ code: 'INTERNAL', message: 'The service sent an error that cannot be read', received: true });
  });
});

describe('the service of a call', () => {
  const away = new ServiceError('UNAVAILABLE', 'No service answers');

  /** Has no service behind it, until one is back. */
  class AwayTransport extends FakeTransport {
    isBack = false;

    override async request(subject: string, payload: Uint8Array, headers: CallHeaders): Promise<Uint8Array> {
      const reply = await super.request(subject, payload, headers);
      if (!this.isBack) throw away;
      return subject === pingOf('probe').subject ? Buffer.from('{"id":"1","response":{"service":"probe","ready":true}}') : reply;
    }
  }

  const safe = defineContract({ ...echo, isIdempotent: true });
  const settings = Object.assign(new ResilienceConfig(), { callRetryDelayMs: 1, breakerPingMs: 5 });

  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('is asked again where nobody took the call, and no more when it is away; pings go through all the same', async () => {
    const transport = new AwayTransport();
    const bus = new Bus(transport, 60_000, undefined, settings);
    for (let i = 0; i < 4; i++) await expect(bus.call(safe, {})).rejects.toBeInstanceOf(ServiceError);
    const calls = transport.sent.filter(({ subject }) => subject === safe.subject).length;
    expect(calls).toBeLessThan(12);
    await expect(bus.call(safe, {})).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'The service probe does not answer at the moment' });
    expect(transport.sent.filter(({ subject }) => subject === safe.subject)).toHaveLength(calls);
    transport.isBack = true;
    await expect(bus.call(pingOf('probe'), {})).resolves.toEqual({ service: 'probe', ready: true });
    const back = async (): Promise<unknown> => bus.call(safe, {}).catch(() => new Promise((wake) => setTimeout(wake, 5)).then(back));
    await expect(back()).resolves.toEqual({ value: 'reply' });
  });

  it('is asked once where the bus has no settings for more', async () => {
    const transport = new AwayTransport();
    await expect(new Bus(transport, 60_000).call(safe, {})).rejects.toBe(away);
    expect(transport.sent).toHaveLength(1);
  });
});
