import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessUnderTest } from './process-under-test';
import { RestClient } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(60_000);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-config-'));
});

afterEach(endEverything);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function configFile(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

it.each(['standalone', 'gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search'])(
  '%s prints every fault of its settings at once, without their values, and exits with 1',
  async (app) => {
    const file = await configFile(`${app}.yaml`, 'metrixPort: 1\nlogLevel: shout-secret\n');
    const env = { METRICS_PORT: 'port-secret', MAX_TEXTS: '0', SHUTDOWN_GRACE_MS: '-1' };
    const faulty = ProcessUnderTest.spawn(app, { env, flags: ['--config', file, '--no-such-flag=1', '--data-dir='] });
    expect(await faulty.exitCode()).toBe(1);
    expect(faulty.output).toEqual([]);
    const faults = faulty.errorOutput.split('\n').filter((line) => line.startsWith('- '));
    const named = ['metrixPort', 'logLevel', 'METRICS_PORT', 'MAX_TEXTS', 'SHUTDOWN_GRACE_MS', '--no-such-flag', '--data-dir'];
    expect(new Set(faults.map((fault) => named.find((name) => fault.includes(name))))).toEqual(new Set(named));
    expect(faulty.errorOutput).not.toContain('secret');
  },
);

it.each([
  ['gateway', 'PORT', '99999'],
  ['gateway', 'MAX_BODY_BYTES', '1k'],
  ['standalone', 'PORT', '-1'],
  ['standalone', 'EMBEDDING_MODEL', 'word2vec'],
  ['nlp', 'EMBEDDING_MODEL', 'word2vec'],
  ['encoder', 'WORKER_THREADS', '0'],
  ['analogy', 'WORKER_THREADS', '0'],
  ['search', 'WORKER_THREADS', '0'],
  ['search', 'SEARCH_ENGINE', 'elastic'],
  ['standalone', 'SEARCH_ENGINE', 'elastic'],
])('%s does not start with %s=%s', async (app, name, value) => {
  const faulty = ProcessUnderTest.spawn(app, { env: { METRICS_PORT: '0', [name]: value } });
  expect(await faulty.exitCode()).toBe(1);
  expect(faulty.errorOutput).toContain(name);
});

it('a flag wins over the environment, and the environment over the file', async () => {
  const file = await configFile('layers.toml', 'maxTexts = 1\nmaxTextCharacters = 10\nbuild = "from the file"\n');
  const env = { MAX_TEXTS: '2', MAX_TEXT_CHARACTERS: '20' };
  const standalone = await ProcessUnderTest.start('standalone', { env, flags: ['--config', file, '--max-texts', '3'] });
  const rest = new RestClient(standalone.origin);
  expect((await rest.get('/v1/info')).body).toMatchObject({
    build: 'from the file',
    limits: { textsPerCall: 3, textCharacters: 20 },
  });
  expect((await rest.post('/v1/encode', { texts: ['a', 'b', 'c'] })).status).toBe(200);
  expect((await rest.post('/v1/encode', { texts: ['a', 'b', 'c', 'd'] })).status).toBe(400);
  expect((await rest.post('/v1/encode', { text: 'x'.repeat(21) })).status).toBe(400);
});

it('--help prints every setting with its default and starts nothing', async () => {
  const helped = ProcessUnderTest.spawn('standalone', { flags: ['--help'] });
  expect(await helped.exitCode()).toBe(0);
  const help = helped.output.join('\n');
  for (const line of [/--port\s+PORT\s+8000/, /--metrics-port\s+METRICS_PORT\s+9090/, /--host\s+HOST\s+127\.0\.0\.1/]) {
    expect(help).toMatch(line);
  }
});

it('a port that is taken ends the process with 1 and says why', async () => {
  const first = await ProcessUnderTest.start('standalone');
  const port = new URL(first.origin).port;
  const second = ProcessUnderTest.spawn('standalone', { env: { METRICS_PORT: '0', PORT: port } });
  expect(await second.exitCode()).toBe(1);
  expect(second.output.join('\n')).toContain('EADDRINUSE');
});

it.each(['nlp', 'encoder', 'decoder', 'analogy', 'standalone'])('a folder of models that has none ends %s with 1', async (app) => {
  const lost = ProcessUnderTest.spawn(app, { env: { METRICS_PORT: '0', PORT: '0', MODEL_DIR: folder } });
  expect(await lost.exitCode()).toBe(1);
  expect(lost.log).toContainEqual(expect.objectContaining({ level: 'fatal' }));
});

it.each(['encoder', 'decoder'])('a corrupt vocabulary ends %s with 1, and it says which file and how to build it', async (app) => {
  const models = join(folder, 'corrupt');
  await mkdir(join(models, 'vocabulary'), { recursive: true });
  await writeFile(join(models, 'vocabulary/o200k.bin'), Buffer.alloc(100));
  const lost = ProcessUnderTest.spawn(app, { env: { METRICS_PORT: '0', MODEL_DIR: models } });
  expect(await lost.exitCode()).toBe(1);
  const message = expect.stringMatching(/vocabulary .*o200k\.bin is not a vocabulary; build it with/) as unknown;
  expect(lost.log.at(-1)).toMatchObject({ level: 'fatal', err: { type: 'VocabularyError', message } });
});
