import { CANCELLATIONS, defineContract, type Identity, pingOf, ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { ClientNats } from '@nestjs/microservices';
import { setTimeout as sleep } from 'node:timers/promises';
import { register } from 'prom-client';
import { firstValueFrom } from 'rxjs';
import { BaseConfig } from '../config/base.config';
import { HealthChecks } from '../management/health-checks';
import { ProcessState } from '../management/process-state';
import { Bus } from '../messages/bus';
import { unlessCancelled } from '../messages/cancellation';
import { Dispatcher } from '../messages/dispatcher';
import { currentRequest, openRequest, withRequest } from '../messages/request-context';
import { ResilienceConfig } from '../resilience/resilience.config';
import { openMessaging, type Messaging } from './messaging';
import { NatsLink } from './nats-link';
import { NatsServer, SERVER_LIMIT } from './nats-server-under-test';
import { NatsStrategy, NatsTransport } from './nats.transport';

const LARGER_LIMIT = 8_388_608;
const TIMEOUT_MS = 60_000;

const ANN: Identity = { subject: 'ann', role: 'developer', owner: 'ann' };

class Message {
  value?: unknown;
}

const echo = defineContract({ subject: 'probe.v1.echo', request: Message, response: Message });
const grow = defineContract({ subject: 'probe.v1.grow', request: Message, response: Message });
const hold = defineContract({ subject: 'probe.v1.hold', request: Message, response: Message });
const other = defineContract({ subject: 'other.v1.echo', request: Message, response: Message });

let server: NatsServer;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await NatsServer.start();
}, 20_000);
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => server.end());

interface Process {
  readonly link: NatsLink;
  readonly transport: NatsTransport;
  readonly bus: Bus;
  readonly handled: unknown[];
}

/** One process on NATS that answers the contracts of these tests. */
async function openProcess(): Promise<Process> {
  const link = NatsLink.open(server.url, 'nats.transport.spec');
  closers.push(() => link.close());
  const transport = new NatsTransport(link, LARGER_LIMIT);
  const strategy = new NatsStrategy(link, new Dispatcher(TIMEOUT_MS, () => transport.maxMessageBytes()));
  const handled: unknown[] = [];
  const answer = (data: Message): Promise<Message> => {
    handled.push(data.value);
    return data.value === 'fail' ? Promise.reject(new ServiceError('CONFLICT', 'That is there already')) : Promise.resolve(data);
  };
  strategy.addHandler(echo.subject, answer);
  strategy.addHandler(other.subject, answer);
  strategy.addHandler(grow.subject, () => Promise.resolve({ value: 'x'.repeat(SERVER_LIMIT) }));
  await listening(strategy);
  closers.push(() => strategy.close());
  return { link, transport, bus: new Bus(transport, TIMEOUT_MS), handled };
}

async function listening(strategy: { listen(callback: (error?: unknown) => void): unknown }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    strategy.listen((error) => {
      if (error === undefined) resolve();
      else reject(new Error('It does not listen', { cause: error }));
    });
  });
}

async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  const error = await call.then(() => 'no error', (failure: unknown) => failure);
  if (error instanceof ServiceError) return error;
  throw new Error('It did not fail by a ServiceError', { cause: error });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !holds(); tries++) await sleep(5);
  expect(holds()).toBe(true);
}

describe('replicas of a service', () => {
  it('handle each request exactly once between them', async () => {
    const replicas = [await openProcess(), await openProcess()];
    const values = Array.from({ length: 100 }, (_item, i) => i);
    const asked = await openProcess();
    await Promise.all(values.map((value) => asked.bus.call(echo, { value })));
    const handled = [...replicas, asked].flatMap((replica) => replica.handled);
    expect(handled.sort((a, b) => Number(a) - Number(b))).toEqual(values);
  });

  it('are one group for each service, whatever runs in one process', async () => {
    const { bus, handled } = await openProcess();
    await Promise.all([bus.call(echo, { value: 'a' }), bus.call(other, { value: 'b' })]);
    expect(handled.sort()).toEqual(['a', 'b']);
  });
});

describe('a call whose caller leaves', () => {
  /** A process that holds what it is asked until the caller is gone, and notes that. */
  async function openHolder(): Promise<{ seen: string[]; strategy: NatsStrategy }> {
    const link = NatsLink.open(server.url, 'holder');
    closers.push(() => link.close());
    const strategy = new NatsStrategy(link, new Dispatcher(TIMEOUT_MS, () => LARGER_LIMIT));
    const seen: string[] = [];
    strategy.addHandler(hold.subject, async ({ value }: Message) => {
      seen.push(`holds ${String(value)}`);
      const { signal } = currentRequest() ?? openRequest(0);
      await unlessCancelled(new Promise(() => undefined), signal).catch(() => seen.push(`lets go of ${String(value)}`));
      return {};
    });
    await listening(strategy);
    closers.push(() => strategy.close());
    return { seen, strategy };
  }

  /** A call of what is held, and how it fails. */
  function held({ bus }: Process, value: string): { caller: AbortController; failure: Promise<ServiceError> } {
    const caller = new AbortController();
    const request = openRequest(TIMEOUT_MS, value, undefined, caller.signal, ANN);
    return { caller, failure: withRequest(request, () => failureOf(bus.call(hold, { value }))) };
  }

  it('ends at once as CANCELLED, and the process that works on it stops, and no other work', async () => {
    const { seen } = await openHolder();
    const asking = await openProcess();
    const callers = ['a', 'b'].map((value) => held(asking, value));
    await until(() => seen.length === 2);
    callers[1]?.caller.abort();
    expect(await callers[1]?.failure).toMatchObject({ code: 'CANCELLED', received: false });
    await until(() => seen.length === 3);
    expect(seen[2]).toBe('lets go of b');
    callers[0]?.caller.abort();
    await until(() => seen.length === 4);
    expect(seen[3]).toBe('lets go of a');
  });

  it('ends as CANCELLED too where the connection has just been closed, so that nobody can be told', async () => {
    const { seen, strategy } = await openHolder();
    const link = NatsLink.open(server.url, 'leaving');
    const connection = await link.opened();
    await until(() => link.live !== undefined);
    const caller = new AbortController();
    const payload = Buffer.from('{"id":"a","data":{"value":"a"}}');
    const failure = failureOf(new NatsTransport(link, LARGER_LIMIT).request(hold.subject, payload, { identity: ANN, timeoutMs: TIMEOUT_MS }, caller.signal));
    await until(() => seen.length === 1);
    const closed = connection.close();
    expect(connection.isClosed()).toBe(true);
    caller.abort();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
    await closed;
    strategy.abandon();
  });

  it('leaves the calls of other processes alone', async () => {
    const { seen } = await openHolder();
    const processes = [await openProcess(), await openProcess()];
    const callers = processes.map((asking, i) => held(asking, `call of ${i}`));
    await until(() => seen.length === 2);
    callers[0]?.caller.abort();
    await until(() => seen.length === 3);
    expect(seen[2]).toBe('lets go of call of 0');
    callers[1]?.caller.abort();
    await until(() => seen.length === 4);
    expect(seen[3]).toBe('lets go of call of 1');
  });

  it('is heard while the process that works on it closes', async () => {
    const { seen, strategy } = await openHolder();
    const call = held(await openProcess(), 'a');
    await until(() => seen.length === 1);
    const closing = strategy.close();
    await sleep(50);
    call.caller.abort();
    await until(() => seen.length === 2);
    await closing;
  });

  it('is forgotten when it is answered, as any call is', async () => {
    const { seen, strategy } = await openHolder();
    const kept = (): unknown[] => ['callers', 'unanswered'].map((field) => (Reflect.get(strategy, field) as ReadonlyMap<unknown, unknown>).size);
    const call = held(await openProcess(), 'a');
    await until(() => seen.length === 1);
    expect(kept()).toEqual([1, 1]);
    call.caller.abort();
    await until(() => seen.length === 2);
    await sleep(0);
    expect(kept()).toEqual([0, 0]);
  });

  it('that nobody works on is no concern of others', async () => {
    const { bus, link } = await openProcess();
    for (const message of ['', 'no-such-call']) link.live?.publish(CANCELLATIONS, message);
    await expect(bus.call(echo, { value: 1 })).resolves.toEqual({ value: 1 });
  });
});

describe('what a process gives up', () => {
  it('ends as UNAVAILABLE at once, whether or not the work heeds it', async () => {
    const link = NatsLink.open(server.url, 'stubborn');
    closers.push(() => link.close());
    const strategy = new NatsStrategy(link, new Dispatcher(TIMEOUT_MS, () => LARGER_LIMIT));
    const signals: AbortSignal[] = [];
    let finish = (): void => undefined;
    strategy.addHandler(hold.subject, () => {
      signals.push((currentRequest() ?? openRequest(0)).signal);
      return new Promise((resolve) => { finish = () => { resolve({}); }; });
    });
    await listening(strategy);
    const { bus } = await openProcess();
    const failure = failureOf(bus.call(hold, {}));
    await until(() => signals.length === 1);
    strategy.abandon();
    expect(await failure).toMatchObject({ code: 'UNAVAILABLE', message: 'The service is stopping', received: true });
    expect(signals[0]?.aborted).toBe(true);
    finish();
    await strategy.close();
  });
});

describe('the limit of the server', () => {
  it('counts where it is smaller than ours', async () => {
    const { transport, bus, handled } = await openProcess();
    expect(transport.maxMessageBytes()).toBe(SERVER_LIMIT);
    const failure = await failureOf(bus.call(echo, { value: 'x'.repeat(SERVER_LIMIT) }));
    expect(failure.code).toBe('PAYLOAD_TOO_LARGE');
    expect(failure.message).toContain(`at most ${SERVER_LIMIT - 1024}`);
    expect(handled).toEqual([]);
  });

  it('counts for replies too', async () => {
    const { bus } = await openProcess();
    expect(await failureOf(bus.call(grow, {}))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', received: true });
  });

  it('takes a message that just fits, headers and all', async () => {
    const { bus } = await openProcess();
    const value = 'x'.repeat(SERVER_LIMIT - 1024 - 100);
    await expect(bus.call(echo, { value })).resolves.toEqual({ value });
  });

  it('is PAYLOAD_TOO_LARGE too where only the server notices', async () => {
    const { transport } = await openProcess();
    const request = transport.request(echo.subject, new Uint8Array(SERVER_LIMIT + 1), { timeoutMs: 1_000 });
    expect(await failureOf(request)).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: 'The request is larger than the NATS server takes',
    });
  });
});

describe('the client of a stock Nest application', () => {
  it('is answered, and told of errors', async () => {
    const { handled } = await openProcess();
    const client = new ClientNats({ servers: server.url, headers: { 'Sigma-Identity': JSON.stringify(ANN) } });
    closers.push(() => client.close());
    await expect(firstValueFrom(client.send<unknown>(echo.subject, { value: [1] }))).resolves.toEqual({ value: [1] });
    await expect(firstValueFrom(client.send<unknown>(echo.subject, { value: 'fail' }))).rejects.toEqual({
      code: 'CONFLICT',
      message: 'That is there already',
    });
    expect(handled).toEqual([[1], 'fail']);
  });

  it('that waits for no answer does no harm', async () => {
    const { bus, handled, link } = await openProcess();
    const { headers } = await import('nats');
    const made = headers();
    made.set('Sigma-Identity', JSON.stringify(ANN));
    link.live?.publish(echo.subject, Buffer.from('{"data":{"value":"event"}}'), { headers: made });
    link.live?.publish(echo.subject, Buffer.from('no JSON'));
    await bus.call(echo, { value: 'request' });
    expect(handled).toEqual(['event', 'request']);
  });

  it.each(['-5', '0', 'soon', 'Infinity', '1e99', ''])('with a deadline of %j ms waits as long as the service allows', async (timeout) => {
    const { link } = await openProcess();
    const connection = await link.opened();
    const { headers } = await import('nats');
    const made = headers();
    made.set('Sigma-Timeout-Ms', timeout);
    made.set('Sigma-Identity', JSON.stringify(ANN));
    const { data } = await connection.request(echo.subject, Buffer.from('{"id":"a","data":{}}'), { timeout: 2_000, headers: made });
    expect(JSON.parse(Buffer.from(data).toString())).toEqual({ id: 'a', response: {}, isDisposed: true });
  });
});

describe('a connection', () => {
  it('that is lost makes calls UNAVAILABLE at once, and comes back by itself', async () => {
    const { bus, link } = await openProcess();
    await bus.call(echo, { value: 1 });
    expect(await link.roundTripMs()).toBeGreaterThanOrEqual(0);

    await server.down();
    await until(() => link.live === undefined);
    expect(await failureOf(bus.call(echo, { value: 2 }))).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The connection to NATS is down; it is being restored',
      received: false,
    });
    await expect(link.roundTripMs()).rejects.toThrow('not connected');

    await server.up();
    await until(() => link.live !== undefined);
    await expect(bus.call(echo, { value: 3 })).resolves.toEqual({ value: 3 });
  }, 20_000);

  it('is made in the background, as soon as there is a server', async () => {
    await server.down();
    const opening = openProcess();
    await sleep(50);
    await server.up();
    const { bus } = await opening;
    await expect(bus.call(echo, { value: 1 })).resolves.toEqual({ value: 1 });
  }, 20_000);

  it('that is closed makes calls UNAVAILABLE', async () => {
    const { bus, link } = await openProcess();
    await link.close();
    expect(link.live).toBeUndefined();
    expect((await failureOf(bus.call(echo, {}))).code).toBe('UNAVAILABLE');
    await expect(link.close()).resolves.toBeUndefined();
  });

  it('to addresses that are none fails for good, which nobody has to wait for', async () => {
    const link = NatsLink.open('nats://127.0.0.1:port', 'nats.transport.spec');
    await expect(link.opened()).rejects.toThrow();
    expect(link.live).toBeUndefined();
    await expect(link.close()).resolves.toBeUndefined();
  });
});

describe('the messaging of a process on NATS', () => {
  let messaging: Messaging;
  const state = new ProcessState();
  let checks: HealthChecks;

  beforeEach(() => {
    register.clear();
    checks = new HealthChecks();
    const config = Object.assign(new BaseConfig(), { natsUrl: `${server.url}, ${server.url}`, requestTimeoutMs: TIMEOUT_MS });
    messaging = openMessaging({ name: 'probe', transport: 'nats' }, config, state, checks, new ResilienceConfig());
    closers.push(() => messaging.close());
  });

  it('answers the pings of its services when the process has started, and as long as it takes requests', async () => {
    messaging.strategy.addHandler(echo.subject, (data: Message) => Promise.resolve(data));
    messaging.strategy.addHandler(other.subject, (data: Message) => Promise.resolve(data));
    await listening(messaging.strategy);
    closers.push(() => messaging.strategy.close());
    const early = messaging.bus.call(pingOf('probe'), {});
    state.started();
    await expect(early).resolves.toEqual({ service: 'probe', ready: true });
    state.stopping();
    await expect(messaging.bus.call(pingOf('other'), {})).resolves.toEqual({ service: 'other', ready: true });
    expect((await failureOf(messaging.bus.call(pingOf('third'), {}))).code).toBe('UNAVAILABLE');
  });

  it('is needed for readiness as long as it is down', async () => {
    await listening(messaging.strategy);
    const check = new Map(checks.list(true)).get('nats');
    await expect(check?.()).resolves.toEqual({ roundTripMs: expect.any(Number) as number });
    await messaging.close();
    await expect(check?.()).rejects.toThrow('not connected');
  });
});
