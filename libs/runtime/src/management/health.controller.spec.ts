import type { HealthCheckResult } from '@nestjs/terminus';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { BaseConfig } from '../config/base.config';
import { ReadConfig } from '../config/read-config';
import { Flags } from '../flags/flags';
import { Bus } from '../messages/bus';
import { RuntimeModule } from '../runtime.module';
import { InProcessTransport } from '../transport/in-process.transport';
import { Workers } from '../workers/workers';
import { HealthChecks } from './health-checks';
import { ManagementModule } from './management.module';
import { ProcessState } from './process-state';

let app: NestFastifyApplication;
let checks: HealthChecks;
let state: ProcessState;

/** What a check says; `undefined` means that it is down. */
let database: Record<string, unknown> | undefined;
let cache: Record<string, unknown> | undefined;

function answering(details: () => Record<string, unknown> | undefined) {
  return () => {
    const found = details();
    return found ? Promise.resolve(found) : Promise.reject(new Error('hunter2 refused the connection'));
  };
}

async function start(dataDir = '.'): Promise<void> {
  register.clear();
  checks = new HealthChecks();
  state = new ProcessState();
  const config = ReadConfig.from([BaseConfig], { env: { DATA_DIR: dataDir }, argv: [] });
  const bus = new Bus(new InProcessTransport(100_000), 1_000);
  const runtime = RuntimeModule.of({ config, bus, workers: new Workers(config.get(BaseConfig)), checks, state, flags: new Flags() });
  app = await NestFactory.create<NestFastifyApplication>(ManagementModule.with(runtime), new FastifyAdapter(), { logger: false });
  await app.init();
}

beforeEach(async () => {
  database = { rows: 3 };
  cache = {};
  await start();
});
afterEach(() => app.close());

async function get(url: string): Promise<{ status: number; body: Partial<HealthCheckResult> }> {
  const { statusCode, payload } = await app.inject({ url });
  return { status: statusCode, body: JSON.parse(payload) as Partial<HealthCheckResult> };
}

function addChecks(): void {
  checks.add('database', answering(() => database));
  checks.add('cache', answering(() => cache), { neededForReady: false });
}

describe('/health/live', () => {
  it.each(['starting', 'ready', 'stopping'])('says that the process lives while it is %s', async (phase) => {
    if (phase === 'ready') state.started();
    if (phase === 'stopping') state.stopping();
    expect(await get('/health/live')).toEqual({ status: 200, body: { status: 'ok' } });
  });
});

describe.each(['/health/ready', '/ready'])('%s', (url) => {
  it('is 503 until the process has started and from when it stops', async () => {
    expect(await get(url)).toMatchObject({ status: 503, body: { status: 'error', error: { process: { phase: 'starting' } } } });
    state.started();
    expect(await get(url)).toMatchObject({ status: 200, body: { status: 'ok', details: { process: { phase: 'ready' } } } });
    state.stopping();
    expect(await get(url)).toMatchObject({ status: 503, body: { status: 'error', error: { process: { phase: 'stopping' } } } });
  });

  it('is 503 while something that requests need is down, and names it alone', async () => {
    addChecks();
    state.started();
    database = undefined;
    const { status, body } = await get(url);
    expect([status, Object.keys(body.error ?? {}), Object.keys(body.info ?? {})]).toEqual([503, ['database'], ['process']]);
    database = {};
    expect((await get(url)).status).toBe(200);
  });

  it('is 200 while something is down that requests do not need, and does not ask it', async () => {
    addChecks();
    state.started();
    cache = undefined;
    const { status, body } = await get(url);
    expect([status, Object.keys(body.details ?? {})]).toEqual([200, ['process', 'database']]);
  });
});

describe('/health', () => {
  it('shows all that the process depends on, with latency, and its use of CPU, memory and disk', async () => {
    addChecks();
    state.started();
    const { status, body } = await get('/health');
    expect(status).toBe(200);
    const number = expect.any(Number) as number;
    expect(body.details).toEqual({
      process: { status: 'up', phase: 'ready' },
      database: { status: 'up', latencyMs: number, rows: 3 },
      cache: { status: 'up', latencyMs: number },
      cpu: { status: 'up', latencyMs: number, loadPerCore: [number, number, number] },
      memory: { status: 'up', latencyMs: number, rssBytes: number, heapUsedBytes: number },
      disk: { status: 'up', latencyMs: number, freeBytes: number, sizeBytes: number },
    });
    const { memory, disk } = body.details ?? {};
    expect(memory?.rssBytes).toBeGreaterThan(1_000_000);
    expect(disk?.sizeBytes).toBeGreaterThan(Number(disk?.freeBytes));
  });

  it.each(['database', 'cache'])('is 503 while the %s is down, with its latency and without why', async (name) => {
    addChecks();
    state.started();
    if (name === 'database') database = undefined;
    else cache = undefined;
    const { status, body } = await get('/health');
    expect([status, body.status]).toEqual([503, 'error']);
    expect(body.error).toEqual({ [name]: { status: 'down', latencyMs: expect.any(Number) as number } });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('shows the disk of the working folder while there is no data folder', async () => {
    await app.close();
    await start('./no/such/folder');
    state.started();
    const { status, body } = await get('/health');
    expect([status, body.details?.disk?.status]).toEqual([200, 'up']);
  });

  it('fails like any handler by an error that is no check that is down', async () => {
    jest.spyOn(state, 'name', 'get').mockImplementation(() => {
      throw new RangeError('broken');
    });
    expect((await app.inject({ url: '/health' })).statusCode).toBe(500);
    jest.restoreAllMocks();
  });
});

describe('/metrics', () => {
  it('has the state of each check as it is now', async () => {
    addChecks();
    cache = undefined;
    const lines = async () => {
      const { payload } = await app.inject({ url: '/metrics' });
      return payload.split('\n').filter((line) => line.startsWith('sigmalang_health_check_status{'));
    };
    expect(await lines()).toEqual([
      'sigmalang_health_check_status{check="database"} 1',
      'sigmalang_health_check_status{check="cache"} 0',
    ]);
    database = undefined;
    cache = {};
    expect(await lines()).toEqual([
      'sigmalang_health_check_status{check="database"} 0',
      'sigmalang_health_check_status{check="cache"} 1',
    ]);
  });

  it('counts a check that throws at once as down, and needs no other for it', async () => {
    checks.add('careless', () => {
      throw new Error('hunter2');
    });
    const metric = await register.getSingleMetricAsString('sigmalang_health_check_status');
    expect(metric).toContain('sigmalang_health_check_status{check="careless"} 0');
  });
});

it('a check added again replaces the one of the same name', () => {
  addChecks();
  checks.add('database', () => ({}), { neededForReady: false });
  expect(checks.list(false).map(([name]) => name)).toEqual(['database', 'cache']);
  expect(checks.list(true)).toEqual([]);
});
