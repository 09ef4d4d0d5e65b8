import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { CollectorUnderTest, type ExportedSpan, hasNames, pathTo, rootOf } from './collector-under-test';
import { eventually } from './eventually';
import { NatsServerUnderTest } from './nats-server-under-test';
import { freePort } from './ports';
import { PostgresServerUnderTest } from './postgres-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { RedisServerUnderTest } from './redis-server-under-test';
import { type Reply, RestClient } from './rest-client';
import { SearchClient } from './search-client';
import { atTheEnd, endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';

jest.setTimeout(180_000);

/** Words of callers, each in a place of its own, that no span may hold. */
const WORDS = {
  text: 'quizzaciously',
  documentId: 'borborygmus',
  metadata: 'zyzzyva',
  requestId: 'flibbertigibbet',
  traceState: 'widdershins',
  query: 'collywobbles',
  path: 'kakorrhaphiophobia',
  field: 'taradiddle',
  userAgent: 'bumfuzzle',
} as const;

/** The value of a header that the collector is sent. */
const COLLECTOR_KEY = 'gobbledygook 8431';

let count = 0;

/** A trace context such as a caller sends. */
function newTrace(flags: '00' | '01' = '01'): { readonly traceparent: string; readonly traceId: string; readonly spanId: string } {
  const traceId = `4bf92f3577b34da6a3ce929d0e${(++count).toString(16).padStart(6, '0')}`;
  const spanId = '00f067aa0ba902b7';
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, traceId, spanId };
}

/** Settings of a process that exports soon. */
function exportingTo(url: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '50' };
}

describe('a search over NATS, on PostgreSQL', () => {
  let collector: CollectorUnderTest;
  let postgres: PostgresServerUnderTest;
  let gateway: ProcessUnderTest;
  let search: ProcessUnderTest;
  let rest: RestClient;
  let collection = 'traced';

  const hasBothEnds = (message: string, spans: readonly ExportedSpan[]): boolean =>
    ['client', 'server'].every((kind) => spans.some((span) => span.name === message && span.kind === kind));
  const hasOneProcess = hasNames('POST /v1/search', 'index.search', 'collections.get', 'SELECT');
  // Each process exports by itself, and none waits for another.
  const isWhole = (spans: readonly ExportedSpan[]): boolean => hasOneProcess(spans) && ['search.v1.search', 'nlp.v1.embed'].every((message) => hasBothEnds(message, spans));

  /** Searches a collection under a name that search has not heard of yet, and so has to ask PostgreSQL about. */
  async function searchRenamed(headers: Record<string, string>): Promise<Reply> {
    const renamed = `traced-${++count}`;
    await postgres.query(`update collections set name = '${renamed}' where name = '${collection}'`);
    collection = renamed;
    return rest.post('/v1/search', { collection, query: `${WORDS.text} fox`, mode: 'hybrid' }, { headers });
  }

  beforeAll(async () => {
    const [nats, redis, server] = await Promise.all([NatsServerUnderTest.start(), RedisServerUnderTest.start(), PostgresServerUnderTest.start()]);
    postgres = server;
    collector = await CollectorUnderTest.start();
    const env = { NATS_URL: nats.url, DATABASE_URL: postgres.url, LOG_LEVEL: 'debug', ...exportingTo(collector.url) };
    const ofGateway = { REDIS_URL: redis.url, RATE_LIMIT_ENABLED: 'true', OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${encodeURIComponent(COLLECTOR_KEY)}` };
    [gateway, search] = await Promise.all([
      ProcessUnderTest.start('gateway', { env: { ...env, ...ofGateway } }),
      ProcessUnderTest.start('search', { env: { ...env, FOLLOW_INTERVAL_MS: '60000', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=under%20test' } }),
      ProcessUnderTest.start('nlp', { env: { ...env, OTEL_SERVICE_NAME: 'meaning' } }),
    ]);
    rest = new RestClient(gateway.origin);
    const client = new SearchClient(rest);
    await client.putCollection(collection);
    await client.put(collection, [{ id: WORDS.documentId, text: `${WORDS.text} brown fox`, metadata: { kind: WORDS.metadata } }]);
  });

  afterAll(endEverything);

  it('is one tree under the span of its caller: gateway, NATS, search, PostgreSQL', async () => {
    const { traceparent, traceId, spanId } = newTrace();
    expect((await searchRenamed({ traceparent })).body).toMatchObject({ results: [{ id: WORDS.documentId }] });
    const spans = await collector.trace(traceId, isWhole);
    expect(rootOf(spans)).toMatchObject({ service: 'sigmalang-gateway', kind: 'server', name: 'POST /v1/search', parentSpanId: spanId });
    const [query] = spans.filter(({ service, attributes }) => service === 'sigmalang-search' && attributes['db.system.name'] === 'postgresql');
    expect(query && pathTo(query, spans)).toEqual([
      'sigmalang-gateway server POST /v1/search',
      'sigmalang-gateway client search.v1.search',
      'sigmalang-search server search.v1.search',
      'sigmalang-search internal collections.get',
      'sigmalang-search client SELECT',
    ]);
    expect(query?.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
      'sigmalang.database.operation': 'collections.get',
      'sigmalang.database.embedded': false,
    });
  });

  it('has in its tree the embedding of its query, the work of threads and the commands to Redis, and nothing that failed', async () => {
    const { traceparent, traceId } = newTrace();
    await searchRenamed({ traceparent });
    const spans = await collector.trace(traceId, isWhole);
    const paths = spans.map((span) => pathTo(span, spans).join(' > '));
    const inSearch = 'sigmalang-gateway server POST /v1/search > sigmalang-gateway client search.v1.search > sigmalang-search server search.v1.search';
    expect(paths).toContain(`${inSearch} > sigmalang-search client nlp.v1.embed > meaning server nlp.v1.embed`);
    expect(paths).toContain(`${inSearch} > sigmalang-search internal index.search`);
    expect(paths.filter((path) => /^sigmalang-gateway server POST \/v1\/search > sigmalang-gateway client EVAL(SHA)?$/.test(path))).not.toEqual([]);
    expect(spans.filter(({ name, hasFailed }) => hasFailed && name !== 'EVALSHA')).toEqual([]);
  });

  it('says of messages what carries them, where to, and what is done with them', async () => {
    const { traceparent, traceId } = newTrace();
    await searchRenamed({ traceparent });
    const spans = await collector.trace(traceId, isWhole);
    const message = { 'messaging.system': 'nats', 'messaging.destination.name': 'search.v1.search', 'rpc.service': 'search', 'rpc.method': 'v1.search' };
    const [asked, answered] = ['client', 'server'].map((kind) => spans.find((span) => span.name === 'search.v1.search' && span.kind === kind)?.attributes);
    expect(asked).toEqual({ ...message, 'messaging.operation.name': 'request', 'messaging.operation.type': 'send' });
    expect(answered).toEqual({ ...message, 'messaging.operation.name': 'process', 'messaging.operation.type': 'process', 'messaging.consumer.group.name': 'search' });
  });

  it('without a trace of its caller begins one, which the log names', async () => {
    expect((await searchRenamed({ 'x-request-id': 'no-trace-yet' })).status).toBe(200);
    const [line] = await eventually(() => Promise.resolve(gateway.log.filter(({ requestId, msg }) => requestId === 'no-trace-yet' && msg === 'answered')), ({ length }) => length > 0);
    const spans = await collector.trace(line?.traceId ?? '', isWhole);
    expect(rootOf(spans)).toMatchObject({ parentSpanId: '', spanId: line?.spanId, service: 'sigmalang-gateway' });
  });

  it('is not exported where its caller says that its trace is not kept', async () => {
    const [unsampled, sampled] = [newTrace('00'), newTrace('01')];
    expect((await searchRenamed({ traceparent: unsampled.traceparent, 'x-request-id': 'not-kept' })).status).toBe(200);
    await searchRenamed({ traceparent: sampled.traceparent });
    await collector.trace(sampled.traceId, isWhole); // each process exports in the order in which spans end
    expect(collector.of(unsampled.traceId)).toEqual([]);
    expect(gateway.log.filter(({ requestId }) => requestId === 'not-kept').map(({ traceId }) => traceId)).toContain(unsampled.traceId);
  });

  it('leads from its duration in the metrics to its trace', async () => {
    const { traceparent, traceId } = newTrace();
    await searchRenamed({ traceparent });
    const [root] = await collector.trace(traceId, hasNames('POST /v1/search'));
    for (const [process, contract] of [[gateway, 'POST /v1/search'], [search, 'search.v1.search']] as const) {
      const { headers, text } = await new RestClient(process.managementOrigin).get('/metrics', { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } });
      expect(headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
      expect(text.endsWith('# EOF\n')).toBe(true);
      const exemplars = text.split('\n').filter((line) => line.startsWith('sigmalang_request_duration_seconds_bucket{') && line.includes(`contract="${contract}"`) && line.includes('# {'));
      expect(exemplars.join()).toContain(`trace_id="${root?.traceId ?? ''}"`);
    }
  });

  it('tells nothing of what callers send, in any span', async () => {
    const headers = { 'x-request-id': WORDS.requestId, 'user-agent': WORDS.userAgent, tracestate: `vendor=${WORDS.traceState}`, baggage: `user=${WORDS.traceState}` };
    const { traceparent } = newTrace();
    const send = { headers: { ...headers, traceparent } };
    await rest.get(`/v1/collections/${collection}/documents/${WORDS.documentId}?x=${WORDS.query}`, send);
    await rest.get(`/v1/${WORDS.path}?a=${WORDS.query}`, send);
    await rest.post('/v1/search', { [WORDS.field]: WORDS.text }, send);
    await rest.post('/v1/search', `{"text":"${WORDS.text}`, send);
    await rest.post('/v1/search', { collection: WORDS.path, query: WORDS.text }, send);
    await rest.post('/v1/nlp/embeddings', { input: WORDS.text }, send);
    await rest.as(`sk_${WORDS.field}`).get('/v1/collections', send);
    const last = newTrace();
    await searchRenamed({ ...headers, traceparent: last.traceparent });
    await collector.trace(last.traceId, isWhole);
    const exported = Buffer.concat(collector.bodies).toString('latin1').toLowerCase();
    expect(exported).toContain('post /v1/search'); // what is looked through is what was sent, and not compressed
    expect([...Object.values(WORDS), ADMIN_KEY.toLowerCase(), collection, 'traceparent'].filter((word) => exported.includes(word))).toEqual([]);
    expect(collector.spans.filter(({ traceState }) => traceState !== '')).toEqual([]);
  });

  it('that fails says by which error code, and is marked where the fault is ours', async () => {
    const { traceparent, traceId } = newTrace();
    await rest.post('/v1/search', { collection: 'no-such-collection', query: 'a' }, { headers: { traceparent } });
    const spans = await collector.trace(traceId, hasNames('POST /v1/search', 'collections.get'));
    expect(rootOf(spans)).toMatchObject({ hasFailed: false, attributes: { 'error.type': 'NOT_FOUND', 'http.response.status_code': 404, 'http.route': '/v1/search' } });
  });

  it('is named by its method where no route answers, and leaves nothing where it is a probe of health', async () => {
    const [probe, lost] = [newTrace(), newTrace()];
    for (const path of ['/health', '/health/live', '/health/ready', '/ready']) await rest.get(path, { headers: { traceparent: probe.traceparent } });
    await rest.get(`/v1/${WORDS.path}`, { headers: { traceparent: lost.traceparent } });
    const spans = await collector.trace(lost.traceId, hasNames('GET'));
    expect(rootOf(spans).attributes).toEqual({ 'http.request.method': 'GET', 'http.response.status_code': 404, 'error.type': 'NOT_FOUND' });
    expect(collector.of(probe.traceId).filter(({ kind }) => kind === 'server')).toEqual([]);
  });

  it('comes from processes that say what they are, with the headers that the collector asks for', async () => {
    await collector.trace((await searched()).traceId, isWhole);
    const [ofGateway, ofSearch] = ['sigmalang-gateway', 'sigmalang-search'].map((name) => collector.resources.get(name));
    expect(ofGateway).toEqual({ 'service.name': 'sigmalang-gateway', 'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown, 'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/) as unknown });
    expect(ofSearch).toMatchObject({ 'deployment.environment.name': 'under test' });
    expect(collector.headers.map((headers) => headers['x-collector-key']).filter((key) => key !== undefined && key !== COLLECTOR_KEY)).toEqual([]);
    expect(collector.headers.some((headers) => headers['x-collector-key'] === COLLECTOR_KEY)).toBe(true);
    expect(gateway.output.join('\n')).not.toContain('gobbledygook');
  });

  async function searched(): Promise<{ readonly traceId: string }> {
    const trace = newTrace();
    await searchRenamed({ traceparent: trace.traceparent });
    return trace;
  }
});

describe('everything in one process', () => {
  afterAll(endEverything);

  it('is one tree as well, down to the embedded database, and what is left is sent when the process ends', async () => {
    const collector = await CollectorUnderTest.start();
    const standalone = await ProcessUnderTest.start('standalone', { env: { SEARCH_ENGINE: 'pgvector', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`, OTEL_BSP_SCHEDULE_DELAY: '600000' } });
    const client = new SearchClient(new RestClient(standalone.origin));
    await client.putCollection('one');
    await client.put('one', [{ id: 'a', text: 'a fox' }]);
    const { traceparent, traceId } = newTrace();
    expect((await client.rest.post('/v1/search', { collection: 'one', query: 'fox', mode: 'semantic' }, { headers: { traceparent } })).status).toBe(200);
    expect(await standalone.stop()).toBe(0);
    const spans = collector.of(traceId);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['sigmalang-standalone']));
    expect(rootOf(spans).name).toBe('POST /v1/search');
    const query = spans.find(({ attributes }) => attributes['sigmalang.database.operation'] === 'search' && attributes['db.operation.name'] === 'BEGIN');
    expect(query?.attributes).toMatchObject({ 'sigmalang.database.embedded': true });
    expect(query && pathTo(query, spans).map((step) => step.replace('sigmalang-standalone ', ''))).toEqual([
      'server POST /v1/search',
      'client search.v1.search',
      'server search.v1.search',
      'internal search',
      'client BEGIN',
    ]);
    expect(spans.filter(({ name }) => name === 'search.v1.search').map(({ attributes }) => attributes['messaging.system'])).toEqual(['in-process', 'in-process']);
  });

  it('sends nothing where tracing is switched off', async () => {
    const collector = await CollectorUnderTest.start();
    const standalone = await ProcessUnderTest.start('standalone', { env: { ...exportingTo(collector.url), OTEL_SDK_DISABLED: 'true' } });
    const { traceparent } = newTrace();
    expect((await new RestClient(standalone.origin).post('/v1/encode', { text: 'a' }, { headers: { traceparent } })).status).toBe(200);
    expect(await standalone.stop()).toBe(0);
    expect(collector.bodies).toEqual([]);
  });
});

describe('a collector that is not there', () => {
  afterAll(endEverything);

  /** A port where whoever connects is never answered. */
  async function silentPort(): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    atTheEnd(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    return (server.address() as AddressInfo).port;
  }

  it.each([
    ['refuses connections', freePort],
    ['accepts them and never answers', silentPort],
  ])('since it %s, costs no request, nor the end of the process', async (_what, findPort) => {
    const standalone = await ProcessUnderTest.start('standalone', { env: { ...exportingTo(`http://127.0.0.1:${await findPort()}`), OTEL_EXPORTER_OTLP_TIMEOUT: '500' } });
    const rest = new RestClient(standalone.origin);
    const { traceparent } = newTrace();
    const replies = await Promise.all(Array.from({ length: 50 }, (_reply, i) => rest.post('/v1/encode', { text: `a ${i}` }, { headers: { traceparent } })));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    const failures = await eventually(() => Promise.resolve(standalone.log.filter(({ msg }) => msg.startsWith('Traces cannot be sent'))), ({ length }) => length > 0);
    expect((await rest.post('/v1/encode', { text: 'b' }, { headers: { traceparent } })).status).toBe(200);
    expect(await standalone.stop()).toBe(0);
    expect(failures).toHaveLength(1);
    expect(standalone.log.filter(({ level, msg }) => level !== 'info' && !msg.startsWith('Traces cannot be sent'))).toEqual([]);
  });
});
