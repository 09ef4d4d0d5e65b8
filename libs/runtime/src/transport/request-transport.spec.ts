import { defineContract, type Identity, ServiceError, type Subject } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import type { CustomTransportStrategy, Server } from '@nestjs/microservices';
import { setTimeout as sleep } from 'node:timers/promises';
import { from } from 'rxjs';
import { Bus } from '../messages/bus';
import { Dispatcher } from '../messages/dispatcher';
import { currentRequest, openRequest, withRequest } from '../messages/request-context';
import { InProcessStrategy, InProcessTransport } from './in-process.transport';
import { NatsLink } from './nats-link';
import { NatsServer } from './nats-server-under-test';
import { NatsStrategy, NatsTransport } from './nats.transport';
import type { RequestTransport } from './request-transport';

const LIMIT = 40_000;
const TIMEOUT_MS = 20_000;
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const ANN: Identity = { subject: 'ann', role: 'developer', owner: 'ann' };

class Message {
  value?: unknown;
}

class Seen {
  requestId!: string | undefined;
  traceparent!: string | undefined;
  identity!: Identity | undefined;
  leftMs!: number;
}

class Hops {
  hops!: Seen[];
}

function contractOf<Response extends object>(verb: string, response: new () => Response) {
  return defineContract({ subject: `probe.v1.${verb}` as Subject, request: Message, response });
}

const echo = contractOf('echo', Message);
const echoObservable = contractOf('echo-observable', Message);
const fail = contractOf('fail', Message);
const crash = contractOf('crash', Message);
const wait = contractOf('wait', Message);
const large = contractOf('large', Message);
const largeFailure = contractOf('large-failure', Message);
const context = contractOf('context', Seen);
const nested = contractOf('nested', Hops);
const nobody = contractOf('nobody', Message);

const FAULTS = [{ field: 'texts[3]', rule: 'text', message: 'each of texts must be a string' }];

interface Ends {
  readonly transport: RequestTransport;
  readonly strategy: Server & CustomTransportStrategy;
  close(): Promise<void>;
}

function inProcess(): Ends {
  const transport = new InProcessTransport(LIMIT);
  const dispatcher = new Dispatcher(TIMEOUT_MS, () => transport.maxMessageBytes());
  return { transport, strategy: new InProcessStrategy(transport, dispatcher), close: () => Promise.resolve() };
}

function overNats(): Ends {
  const link = NatsLink.open(natsServer.url, 'request-transport.spec');
  const transport = new NatsTransport(link, LIMIT);
  const dispatcher = new Dispatcher(TIMEOUT_MS, () => transport.maxMessageBytes());
  return { transport, strategy: new NatsStrategy(link, dispatcher), close: () => link.close() };
}

let natsServer: NatsServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  natsServer = await NatsServer.start();
}, 20_000);
afterAll(() => natsServer.end());

describe.each([
  ['in one process', inProcess],
  ['over NATS', overNats],
])('requests %s', (_where, open) => {
  let ends: Ends;
  let bus: Bus;
  let handled: string[];
  let release: () => void;
  let closed: boolean;

  beforeEach(async () => {
    ends = open();
    bus = new Bus(ends.transport, TIMEOUT_MS);
    handled = [];
    closed = false;
    const released = new Promise<void>((resolve) => (release = resolve));
    const see = () => {
      const { requestId, traceparent, identity, deadline = NaN } = currentRequest() ?? {};
      return { requestId, traceparent, identity, leftMs: deadline - performance.now() };
    };
    const handlers: Record<string, (data: Message) => unknown> = {
      [echo.subject]: (data) => data,
      [echoObservable.subject]: (data) => from([data]),
      [fail.subject]: () => Promise.reject(new ServiceError('CONFLICT', 'That is there already', FAULTS)),
      [crash.subject]: () => Promise.reject(new RangeError('hunter2')),
      [wait.subject]: (data) => released.then(() => data),
      [large.subject]: () => ({ value: 'x'.repeat(LIMIT) }),
      [largeFailure.subject]: () => Promise.reject(new ServiceError('INVALID_REQUEST', 'x'.repeat(100_000))),
      [context.subject]: see,
      [nested.subject]: async () => {
        const before = see();
        await sleep(20);
        return { hops: [before, await bus.call(context, {})] };
      },
    };
    for (const [subject, handle] of Object.entries(handlers)) {
      ends.strategy.addHandler(subject, async (data: Message) => {
        handled.push(subject);
        await Promise.resolve();
        return handle(data);
      });
    }
    await new Promise<void>((resolve, reject) => {
      ends.strategy.listen((error?: unknown) => {
        if (error) reject(new Error('It does not listen', { cause: error }));
        else resolve();
      });
    });
  });

  afterEach(async () => {
    release();
    if (!closed) await ends.strategy.close();
    await ends.close();
  });

  async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
    const error = await call.then(() => 'no error', (failure: unknown) => failure);
    if (error instanceof ServiceError) return error;
    throw new Error('It did not fail by a ServiceError', { cause: error });
  }

  async function replyTo(payload: Uint8Array | string): Promise<unknown> {
    const reply = await ends.transport.request(echo.subject, Buffer.from(payload), { identity: ANN, timeoutMs: TIMEOUT_MS });
    return JSON.parse(Buffer.from(reply).toString('utf8'));
  }

  it.each([
    ['an object of values', { a: 1.5, b: 'ß😀', c: [true, null, []], d: {} }],
    ['a text of many bytes', '😀'.repeat(5_000)],
    ['a number that JSON keeps', 0.1 + 0.2],
  ])('are answered with %s as it was sent', async (_what, value) => {
    await expect(bus.call(echo, { value })).resolves.toEqual({ value });
    await expect(bus.call(echoObservable, { value })).resolves.toEqual({ value });
  });

  it.each([
    ['undefined fields', { a: undefined, b: 1 }, { b: 1 }],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a map', new Map([[1, 2]]), {}],
    ['no number', NaN, null],
    ['an instance of a class', Object.assign(new Message(), { value: 1 }), { value: 1 }],
  ])('carry what JSON does of %s', async (_what, value, arrived) => {
    const reply = await bus.call(echo, { value });
    expect(JSON.stringify(reply)).toBe(JSON.stringify({ value: arrived }));
    expect(Object.getPrototypeOf(reply)).toBe(Object.prototype);
  });

  it('carry copies: neither end sees what the other changes', async () => {
    const value = { list: [1] };
    const reply = await bus.call(echo, { value });
    value.list.push(2);
    expect(reply).toEqual({ value: { list: [1] } });
    expect(reply.value).not.toBe(value);
  });

  it('do not mix up their answers', async () => {
    const values = Array.from({ length: 200 }, (_item, i) => i);
    const replies = await Promise.all(values.map((value) => bus.call(echo, { value })));
    expect(replies.map(({ value }) => value)).toEqual(values);
  });

  it('fail by the ServiceError of their handler, intact and marked as received', async () => {
    const failure = await failureOf(bus.call(fail, {}));
    expect(failure.toWire()).toEqual({ code: 'CONFLICT', message: 'That is there already', errors: FAULTS });
    expect(failure.received).toBe(true);
  });

  it('fail as INTERNAL, without its text, by an unknown error of their handler', async () => {
    const failure = await failureOf(bus.call(crash, {}));
    expect(failure).toMatchObject({ code: 'INTERNAL', errors: [], received: true });
    expect(failure.message).not.toContain('hunter2');
  });

  it('that nobody answers are UNAVAILABLE', async () => {
    const failure = await failureOf(bus.call(nobody, {}));
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', received: false });
    expect(failure.message).toBe('No service answers probe.v1.nobody at the moment');
  });

  it('that take too long are TIMEOUT', async () => {
    const failure = await failureOf(bus.call(wait, {}, 30));
    expect(failure).toMatchObject({ code: 'TIMEOUT', received: false });
    expect(failure.message).toBe('probe.v1.wait did not answer within 30 ms');
  });

  it('that are too large are PAYLOAD_TOO_LARGE and reach nobody', async () => {
    const failure = await failureOf(bus.call(echo, { value: 'x'.repeat(LIMIT) }));
    expect(failure.code).toBe('PAYLOAD_TOO_LARGE');
    expect(failure.message).toMatch(/^The request takes 40\d{3} bytes, a message between services at most 38976: /);
    expect(handled).toEqual([]);
  });

  it('whose answers are too large are PAYLOAD_TOO_LARGE', async () => {
    const failure = await failureOf(bus.call(large, {}));
    expect(failure).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', received: true });
    expect(failure.message).toMatch(/^The reply takes 40\d{3} bytes, a message between services at most 38976: /);
    expect(handled).toEqual([large.subject]);
  });

  it('whose errors are too large to carry still fail at once, by a ServiceError', async () => {
    const failure = await failureOf(bus.call(largeFailure, {}, 1_000));
    expect(['INVALID_REQUEST', 'PAYLOAD_TOO_LARGE']).toContain(failure.code);
  });

  it('take their id and trace along', async () => {
    const seen = await withRequest(openRequest(5_000, 'order-17', TRACEPARENT, undefined, ANN), () => bus.call(nested, {}));
    expect(seen.hops).toMatchObject([
      { requestId: 'order-17', traceparent: TRACEPARENT },
      { requestId: 'order-17', traceparent: TRACEPARENT },
    ]);
  });

  it.each<Identity>([
    ANN,
    { subject: 'A'.repeat(128), role: 'admin', owner: '*' },
    { subject: 'ops@example.com', role: 'admin', owner: 'ann' },
  ])('take who asks along, through each service: %j', async (identity) => {
    const { hops } = await withRequest(openRequest(5_000, undefined, undefined, undefined, identity), () => bus.call(nested, {}));
    expect(hops.map((hop) => hop.identity)).toEqual([identity, identity]);
  });

  it('of nobody are UNAUTHENTICATED and reach no handler', async () => {
    expect(await failureOf(withRequest(openRequest(5_000), () => bus.call(echo, {})))).toMatchObject({ code: 'UNAUTHENTICATED', received: true });
    expect(handled).toEqual([]);
  });

  it.each<[what: string, identity: object]>([
    ['without a subject', { role: 'admin', owner: 'ann' }],
    ['with another role', { ...ANN, role: 'root' }],
    ['about the things of another', { ...ANN, owner: 'bob' }],
  ])('of somebody %s are of nobody', async (_what, identity) => {
    const context = openRequest(5_000, undefined, undefined, undefined, identity as Identity);
    expect((await failureOf(withRequest(context, () => bus.call(echo, {})))).code).toBe('UNAUTHENTICATED');
  });

  it('that nothing caused are from the process itself', async () => {
    const bare = await bus.call(context, {});
    expect(bare.identity).toEqual({ subject: 'system:unnamed', role: 'admin', owner: 'system:unnamed' });
    const named = await new Bus(ends.transport, TIMEOUT_MS, { subject: 'system:probe', role: 'admin', owner: 'system:probe' }).call(context, {});
    expect(named.identity).toEqual({ subject: 'system:probe', role: 'admin', owner: 'system:probe' });
  });

  it('take the time that is left along, less with each hop', async () => {
    const { hops } = await withRequest(openRequest(10_000, undefined, undefined, undefined, ANN), () => bus.call(nested, {}));
    const [first = NaN, second = NaN] = hops.map(({ leftMs }) => leftMs);
    expect(first).toBeLessThanOrEqual(10_001);
    expect(second).toBeLessThan(first - 10);
    expect(second).toBeGreaterThan(0);
  });

  it('that nothing caused get an id, a trace and a deadline of their own', async () => {
    const [one, two] = await Promise.all([bus.call(context, {}), bus.call(context, {})]);
    expect(one.requestId).toMatch(/^[\w-]{16}$/);
    expect(one.requestId).not.toBe(two.requestId);
    expect(one.traceparent).not.toBe(two.traceparent);
    expect(one.leftMs).toBeLessThanOrEqual(TIMEOUT_MS);
  });

  it('of a caller who would wait longer have no more time than the service gives', async () => {
    const { leftMs } = await new Bus(ends.transport, 100 * TIMEOUT_MS).call(context, {});
    expect(leftMs).toBeLessThanOrEqual(TIMEOUT_MS);
  });

  it('without time left are TIMEOUT and reach nobody', async () => {
    const failure = await failureOf(withRequest(openRequest(0), () => bus.call(echo, {})));
    expect(failure).toMatchObject({ code: 'TIMEOUT', message: 'No time was left to ask probe.v1.echo' });
    expect(handled).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"id":'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['null', 'null'],
    ['a text', '"data"'],
    ['a list', '["data"]'],
    ['no envelope', '{"value":1}'],
  ])('that hold %s are answered with INVALID_REQUEST and reach no handler', async (_what, payload) => {
    await expect(replyTo(payload)).resolves.toMatchObject({ id: '', err: { code: 'INVALID_REQUEST' }, isDisposed: true });
    expect(handled).toEqual([]);
  });

  it('in the envelope of a stock Nest client are answered in its own', async () => {
    await expect(replyTo(JSON.stringify({ pattern: echo.subject, data: { value: 1 }, id: 'x1' }))).resolves.toEqual({
      id: 'x1',
      response: { value: 1 },
      isDisposed: true,
    });
  });

  it.each([
    ['a number', 5],
    ['absent', undefined],
  ])('with an id that is %s are answered all the same', async (_what, id) => {
    await expect(replyTo(JSON.stringify({ id, data: {} }))).resolves.toEqual({ id: '', response: {}, isDisposed: true });
  });

  it('in flight are finished when their service closes, and later ones are UNAVAILABLE', async () => {
    const inFlight = bus.call(wait, { value: 'late' });
    while (handled.length === 0) await sleep(1);
    const closing = Promise.resolve(ends.strategy.close()).then(() => (closed = true));
    await sleep(30);
    expect(closed).toBe(false);
    release();
    await expect(inFlight).resolves.toEqual({ value: 'late' });
    await closing;
    expect((await failureOf(bus.call(echo, {}))).code).toBe('UNAVAILABLE');
  });

  it('are all that there is: no events, and nothing below to reach for', () => {
    expect(() => void ends.strategy.on('connect', () => undefined)).toThrow('has no events');
    expect(() => void ends.strategy.unwrap()).toThrow('belongs to the runtime alone');
  });
});
