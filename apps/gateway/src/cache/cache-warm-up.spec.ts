import type { Contract } from '@sigmalang/contracts';
import { Bus, currentRequest, ProcessState } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import { startGateway } from '../gateway-under-test';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

/** Notes who asks for what; has models from the start. */
class FakeBus extends Bus {
  readonly asked: { subject: string; request: unknown; by: unknown }[] = [];

  constructor() {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override call<Request extends object, Response extends object>({ subject }: Contract<Request, Response>, request: Request): Promise<Response> {
    if (subject === 'nlp.v1.models') return Promise.resolve({ embeddings: [{ id: 'm', dimensions: 1, words: 1 }] } as unknown as Response);
    this.asked.push({ subject, request: JSON.parse(JSON.stringify(request)), by: currentRequest()?.identity });
    return Promise.resolve({ score: 1, metric: 'cosine', model: 'm' } as unknown as Response);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sigmalang-warm-up-'));
const file = join(folder, 'requests.jsonl');
const logged: unknown[] = [];
let app: NestFastifyApplication;

afterEach(async () => {
  await app.close();
  register.clear();
});
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Starts a gateway with a file of requests, to which something may happen before it is ready, and waits until its log tells that it is through. */
async function warmedBy(lines: readonly string[] | (() => void), bus: FakeBus): Promise<unknown> {
  if (typeof lines !== 'function') writeFileSync(file, lines.join('\n'));
  logged.length = 0;
  app = await startGateway({ bus, env: { CACHE_ENABLED: 'true', CACHE_WARMUP_FILE: file } });
  const keep = (line: unknown): void => { logged.push(line); };
  Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: () => undefined });
  expect(bus.asked).toEqual([]);
  if (typeof lines === 'function') lines();
  app.get(ProcessState).started();
  while (logged.length === 0) await new Promise((wake) => setTimeout(wake, 20));
  Logger.overrideLogger(false);
  return logged[0];
}

const similarity = (a: string) => JSON.stringify({ path: '/v1/similarity', body: { a, b: 'dog' } });

describe('a gateway with a file of requests', () => {
  it('computes them when it is ready, as itself, and they are found', async () => {
    const bus = new FakeBus();
    expect(await warmedBy([similarity('cat'), '', similarity('cow')], bus)).toEqual({ msg: 'The cache is warm', replies: 2 });
    const by = { subject: 'system:gateway', role: 'analyst', owner: 'system:gateway' };
    expect(bus.asked).toEqual(['cat', 'cow'].map((a) => ({ subject: 'encoder.v1.similarity', request: { a, b: 'dog' }, by })));
    const { headers } = await app.inject({ method: 'POST', url: '/v1/similarity', payload: { a: 'cow', b: 'dog' } });
    expect(headers['x-cache']).toBe('hit');
    expect(bus.asked).toHaveLength(2);
  });

  it('counts what is no such request, and never says what stands there', async () => {
    const bus = new FakeBus();
    const lines = ['hunter2', '[]', '{"path": "hunter2", "body": {}}', '{"path": "/v1/similarity", "body": "hunter2"}', '{"path": "/v1/similarity", "body": {"hunter2": 1}}', similarity('cat')];
    const line = await warmedBy(lines, bus);
    expect(line).toEqual({ msg: 'The cache is warm, but for faulty lines', replies: 1, faults: { malformed: 4, 'status 400': 1 }, lines: [1, 2, 3, 4, 5] });
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });

  it.each(['/v1/search', '/v1/collections/news', '/v1/nothing'])('asks for nothing but what is computed, and so not for %s', async (path) => {
    const bus = new FakeBus();
    expect(await warmedBy([JSON.stringify({ path, body: { query: 'a', corpus: ['a'] } })], bus)).toMatchObject({ replies: 0, lines: [1] });
    expect(bus.asked).toEqual([]);
  });

  it('says so when the file is gone by the time that it is ready, and serves all the same', async () => {
    writeFileSync(file, similarity('cat'));
    const line = await warmedBy(() => { rmSync(file); }, new FakeBus());
    expect(line).toEqual({ msg: 'The cache was not warmed up', error: 'ENOENT' });
    expect((await app.inject({ method: 'POST', url: '/v1/similarity', payload: { a: 'cow', b: 'dog' } })).statusCode).toBe(200);
  });

  it('stops asking when the process stops', async () => {
    const bus = new FakeBus();
    writeFileSync(file, similarity('cat'));
    app = await startGateway({ bus, env: { CACHE_ENABLED: 'true', CACHE_WARMUP_FILE: file } });
    await app.close();
    app.get(ProcessState).started();
    await new Promise((wake) => setTimeout(wake, 700));
    expect(bus.asked).toEqual([]);
  });
});
