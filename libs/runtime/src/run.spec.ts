import { configureLimits, defineContract, limits } from '@sigmalang/contracts';
import { Controller, Get, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IsInt } from 'class-validator';
import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import { connect, createServer, Server, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { register } from 'prom-client';
import { Bus } from './messages/bus';
import { Handle } from './messages/handle.decorator';
import { run, type HttpSurface, type ProcessDescription } from './run';

class Message {}

const hold = defineContract({ subject: 'probe.v1.hold', request: Message, response: Message });

/** Requests that are held, each until it is let go. */
const held: (() => void)[] = [];

@Controller()
class ProbeController {
  constructor(private readonly bus: Bus) {}

  @Handle(hold)
  hold(): Promise<Message> {
    return new Promise((resolve) => held.push(() => { resolve({ held: true }); }));
  }

  @Get('hold')
  ask(): Promise<Message> {
    return this.bus.call(hold, {});
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

@Controller()
class HoldController {
  @Handle(hold)
  hold(): Message {
    return {};
  }
}

@Module({ controllers: [HoldController] })
class SilentModule {}

@Module({ providers: [{ provide: 'broken', useFactory: () => { throw new RangeError('The asset is not there'); } }] })
class BrokenModule {}

@Module({})
class StubbornModule implements OnModuleDestroy {
  onModuleDestroy(): void {
    throw new Error('It does not close');
  }
}

class ProbeConfig {
  @IsInt() probePort: number = 0;
}

const usualLimits = { ...limits };
const stdout: string[] = [];
const stderr: string[] = [];
const exits: unknown[] = [];

let listen: jest.SpiedFunction<Server['listen']>;

class Exit extends Error {}

beforeEach(() => {
  register.clear();
  listen = jest.spyOn(Server.prototype, 'listen');
  for (const list of [stdout, stderr, exits, held]) list.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => stdout.push(text.toString()) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(text.toString()) > 0);
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    exits.push(code);
    return undefined as never;
  });
});

afterEach(async () => {
  if (process.listenerCount('SIGTERM') > 0 && exits.length === 0) process.emit('SIGTERM', 'SIGTERM');
  for (const release of held) release();
  for (const server of listen.mock.contexts) if (server instanceof HttpServer) server.closeAllConnections();
  if (line('stopping')) await until(() => line('stopped') !== undefined);
  process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
  for (const server of listen.mock.contexts as Server[]) server.close();
  jest.restoreAllMocks();
  configureLimits(usualLimits);
  Logger.overrideLogger(false);
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !holds(); tries++) await sleep(2);
  expect(holds()).toBe(true);
}

async function stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<void> {
  process.emit(signal, signal);
  await until(() => exits.length > 0);
}

function lines(): Record<string, unknown>[] {
  const text = stdout.join('').split('\n').filter((line) => line.startsWith('{'));
  return text.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function line(msg: string): Record<string, unknown> | undefined {
  return lines().find((candidate) => candidate.msg === msg);
}

function urlOf(msg: 'management is listening' | 'HTTP is listening'): string {
  return String(line(msg)?.url);
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url, { headers: { connection: 'close' } })).status;
}

async function start(description: Partial<ProcessDescription>, env: Record<string, string> = {}, argv: string[] = []): Promise<void> {
  jest.replaceProperty(process, 'argv', ['node', 'main.js', ...argv]);
  jest.replaceProperty(process, 'env', { METRICS_PORT: '0', ...env });
  await run({ name: 'probe', transport: 'in-process', module: SilentModule, ...description });
}

function httpOf(prepare: HttpSurface['prepare'] = () => undefined, shutdownDelayMs = 0): HttpSurface {
  return { adapter: () => new FastifyAdapter(), prepare, port: (config) => config.get(ProbeConfig).probePort, shutdownDelayMs: () => shutdownDelayMs };
}

describe('a process', () => {
  it('is ready when all is listening, and not before', async () => {
    const before: number[] = [];
    const http = httpOf(async () => {
      before.push(await statusOf(`${urlOf('management is listening')}/health/ready`));
      before.push(await statusOf(`${urlOf('management is listening')}/health/live`));
    });
    await start({ module: ProbeModule, config: [ProbeConfig], http });
    expect(before).toEqual([503, 200]);
    const management = urlOf('management is listening');
    expect(await statusOf(`${management}/health/ready`)).toBe(200);
    expect(await statusOf(`${management}/metrics`)).toBe(200);
    expect(line('ready')).toMatchObject({ level: 'info', name: 'probe', startMs: expect.any(Number) as number });
    expect(exits).toEqual([]);
  });

  it('told to stop takes no more traffic, finishes the requests in flight and exits with 0', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf() });
    const management = urlOf('management is listening');
    const inFlight = fetch(`${urlOf('HTTP is listening')}/hold`, { headers: { connection: 'close' } });
    await until(() => held.length > 0);

    process.emit('SIGTERM', 'SIGTERM');
    const ready = await fetch(`${management}/health/ready`, { headers: { connection: 'close' } });
    expect(ready.status).toBe(503);
    await expect(ready.json()).resolves.toMatchObject({ error: { process: { phase: 'stopping' } } });
    expect(exits).toEqual([]);

    held[0]?.();
    const reply = await inFlight;
    expect(reply.status).toBe(200);
    await expect(reply.json()).resolves.toEqual({ held: true });
    await until(() => exits.length > 0);
    expect(exits).toEqual([0]);
    expect(line('stopping')).toMatchObject({ signal: 'SIGTERM' });
    await expect(fetch(`${management}/health/live`)).rejects.toThrow();
  });

  it('told to stop by SIGTERM is not ready at once and goes on for a while, and ends each connection with the reply on it', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf(undefined, 3_000) });
    const url = `${urlOf('HTTP is listening')}/hold`;
    const ask = async (): Promise<[number, string | null]> => {
      const reply = fetch(url);
      await until(() => held.length > 0);
      held.pop()?.();
      const { status, headers } = await reply;
      return [status, headers.get('connection')];
    };
    const before = [await ask(), await ask()];
    process.emit('SIGTERM', 'SIGTERM');
    expect(await statusOf(`${urlOf('management is listening')}/health/ready`)).toBe(503);
    const after = [await ask(), await ask()];
    expect([before, after]).toEqual([[[200, 'keep-alive'], [200, 'keep-alive']], [[200, 'close'], [200, 'close']]]);
    expect(exits).toEqual([]);
    await until(() => exits.length > 0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('told to stop by SIGINT waits for nobody who has yet to ask', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf(undefined, 600_000) });
    await stop('SIGINT');
    expect(exits).toEqual([0]);
  });

  it('told to stop by SIGINT after SIGTERM waits no longer', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf(undefined, 600_000) });
    process.emit('SIGTERM', 'SIGTERM');
    await sleep(50);
    expect(exits).toEqual([]);
    process.emit('SIGINT', 'SIGINT');
    await until(() => exits.length > 0);
    expect(exits).toEqual([0]);
  });

  it('told to stop does not wait for connections on which nothing was asked', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf() });
    const { port } = new URL(urlOf('HTTP is listening'));
    const silent = connect(Number(port), '127.0.0.1');
    const closed = once(silent, 'close');
    await once(silent, 'connect');
    await stop();
    await closed;
    expect(lines().filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('told to stop does not wait for connections on which nothing is asked any more', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf() }, { SHUTDOWN_GRACE_MS: '1000' });
    const inFlight = fetch(`${urlOf('HTTP is listening')}/hold`, { headers: { connection: 'keep-alive' } });
    await until(() => held.length > 0);
    process.emit('SIGTERM', 'SIGTERM');
    await sleep(50);
    held[0]?.();
    await (await inFlight).text();
    await until(() => exits.length > 0);
    expect(lines().filter(({ level }) => level === 'warn')).toEqual([]);
    expect(line('stopped')).toMatchObject({ level: 'info' });
  });

  it('without an HTTP side starts, and stops at SIGINT as at SIGTERM, once', async () => {
    await start({});
    expect(line('HTTP is listening')).toBeUndefined();
    expect(await statusOf(`${urlOf('management is listening')}/ready`)).toBe(200);
    process.emit('SIGTERM', 'SIGTERM');
    await stop('SIGINT');
    await sleep(20);
    expect(exits).toEqual([0]);
    expect(lines().filter(({ msg }) => msg === 'stopping')).toHaveLength(1);
  });

  it('told to stop while it starts exits with 0, though what it was waiting for fails by that', async () => {
    const http: HttpSurface = {
      ...httpOf(),
      port: () => {
        process.emit('SIGTERM', 'SIGTERM');
        throw new Error('It was ended');
      },
    };
    await start({ module: ProbeModule, config: [ProbeConfig], http });
    await until(() => exits.length > 0);
    expect(exits).toEqual([0]);
    expect(lines().filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('exits with 0 at the end of the grace period, whatever is still in flight', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf() }, { SHUTDOWN_GRACE_MS: '30' });
    const inFlight = fetch(`${urlOf('HTTP is listening')}/hold`, { headers: { connection: 'close' } });
    await until(() => held.length > 0);
    await stop();
    expect(exits).toEqual([0]);
    expect(line('requests were still in flight at the end of the grace period')).toMatchObject({ level: 'warn', graceMs: 30 });
    held[0]?.();
    await inFlight;
    await until(() => exits.length > 1);
  });

  it('whose closing fails says why and exits with 0 all the same', async () => {
    await start({ module: StubbornModule });
    await stop();
    expect(line('closing failed')).toMatchObject({ level: 'error', err: { message: 'It does not close' } });
    expect(exits).toEqual([0]);
  });

  it('has the limits of its settings', async () => {
    await start({}, { MAX_TEXT_CHARACTERS: '11', MAX_TEXTS: '12', MAX_VECTORS: '13' });
    expect(limits).toMatchObject({ textCharacters: 11, textsPerCall: 12, vectorsPerCall: 13 });
  });

  it('tells of nothing but its own start at level info', async () => {
    await start({ module: ProbeModule, config: [ProbeConfig], http: httpOf() });
    expect(lines().map(({ msg }) => msg)).toEqual(['management is listening', 'HTTP is listening', 'ready']);
  });
});

describe('a process that cannot start', () => {
  it('exits with 1 for a module that fails, and is not ready', async () => {
    await start({ module: BrokenModule });
    expect(exits).toEqual([1]);
    expect(line('The process could not start')).toMatchObject({ level: 'fatal', err: { message: 'The asset is not there' } });
    expect(line('ready')).toBeUndefined();
    expect(await statusOf(`${urlOf('management is listening')}/ready`)).toBe(503);
  });

  it('exits with 1 for a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    await start({}, { METRICS_PORT: (taken.address() as AddressInfo).port.toString() });
    taken.close();
    expect(exits).toEqual([1]);
    expect(line('The process could not start')).toMatchObject({ err: { code: 'EADDRINUSE' } });
  });
});

describe('the settings of a process', () => {
  beforeEach(() => {
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      exits.push(code);
      throw new Exit();
    });
  });

  it('that are wrong are told on standard error, all of them, before it exits with 1', async () => {
    const starting = start({ config: [ProbeConfig] }, { METRICS_PORT: '70000', LOG_LEVEL: 'loud' }, ['--probe-port=x', '--verbose']);
    await expect(starting).rejects.toBeInstanceOf(Exit);
    expect(exits).toEqual([1]);
    expect(stderr.join('').split('\n').sort()).toEqual(
      [
        '',
        'The configuration has 4 fault(s):',
        '- --verbose is no flag of this process',
        '- METRICS_PORT: metricsPort must not be greater than 65535',
        '- LOG_LEVEL: logLevel must be one of the following values: trace, debug, info, warn, error, fatal',
        '- --probe-port: probePort must be an integer number',
      ].sort(),
    );
    expect(stdout).toEqual([]);
  });

  it('are listed by --help, whatever else is wrong, and it exits with 0', async () => {
    await expect(start({ config: [ProbeConfig] }, { METRICS_PORT: 'x' }, ['--verbose', '--help'])).rejects.toBeInstanceOf(Exit);
    expect(exits).toEqual([0]);
    const help = stdout.join('');
    for (const name of ['--metrics-port', 'METRICS_PORT', '--nats-url', 'SHUTDOWN_GRACE_MS', '--probe-port', 'PROBE_PORT', '--config']) {
      expect(help).toContain(name);
    }
    expect(stderr).toEqual([]);
  });
});
