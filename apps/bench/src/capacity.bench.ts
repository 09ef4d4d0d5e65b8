import { analogyQuestions } from './analogy-questions';
import { closedLoop, percentile } from './load-generator';
import { CALLER_HEADERS, startNats, startProcess, type StartedProcess } from './started-process';

const SERVICES = ['gateway', 'encoder', 'decoder', 'nlp', 'analogy', 'search'] as const;
type Service = (typeof SERVICES)[number];

const CONNECTIONS = 16;
const SECONDS = Number(process.env.LOAD_SECONDS ?? 10);
const WARM_UP_SECONDS = 3;
const DOCUMENTS = 10_000;
const DOCUMENTS_A_CALL = 500;

/** Share of one core that a replica should be busy with at most, so that waiting stays short. */
const BUSY = 0.7;

/** What is asked, of which service, and the body of each request. */
interface Operation {
  readonly what: string;
  readonly path: string;
  readonly service: Service;
  readonly next: () => string;
}

const words = analogyQuestions().map(({ a, b, c, d }) => `${a} ${b} ${c} ${d}`);
const textOf = (i: number): string => Array.from({ length: 4 }, (_words, j) => words[(i * 31 + j * 7) % words.length] ?? '').join(' ');

/** The bodies one after the other, each another as long as there are others. */
function bodies(body: (i: number) => object): () => string {
  let i = 0;
  return () => JSON.stringify(body(i++));
}

async function send(url: string, method: 'POST' | 'PUT', path: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/v1/${path}`, { method, headers: CALLER_HEADERS, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

async function operations(url: string): Promise<Operation[]> {
  const texts = Array.from({ length: 256 }, (_text, i) => textOf(i));
  const { results } = (await send(url, 'POST', 'encode', { texts })) as { results: { vectors: object[] }[] };
  await send(url, 'PUT', 'collections/capacity', {});
  for (let first = 0; first < DOCUMENTS; first += DOCUMENTS_A_CALL) {
    const documents = Array.from({ length: DOCUMENTS_A_CALL }, (_document, i) => ({ id: `${first + i}`, text: textOf(first + i) }));
    await send(url, 'PUT', 'collections/capacity/documents', { documents });
  }
  const questions = analogyQuestions();
  return [
    { what: 'encode, 16 words', path: 'encode', service: 'encoder', next: bodies((i) => ({ text: `${i} ${textOf(i)}` })) },
    { what: 'decode of that', path: 'decode', service: 'decoder', next: bodies((i) => ({ vectors: results[i % results.length]?.vectors })) },
    { what: 'embedding, 16 words', path: 'embeddings', service: 'nlp', next: bodies((i) => ({ input: `${i} ${textOf(i)}` })) },
    { what: 'analogy, relation', path: 'analogies/solve', service: 'analogy', next: bodies((i) => ({ ...questions[i % questions.length], d: undefined })) },
    { what: 'search, hybrid, 10,000 documents', path: 'search', service: 'search', next: bodies((i) => ({ collection: 'capacity', query: textOf(i).slice(0, 40) })) },
  ];
}

/**
 * What one request costs each process in processor time, which does not depend on how many cores they share, and what a replica can serve
 * by that; with authentication, limits and the audit, without the cache of replies.
 */
export default async function bench({ print }: { print: (line: string) => void }): Promise<void> {
  const nats = await startNats();
  const env = { NATS_URL: nats.url, METRICS_PORT: '0', PORT: '0', RATE_LIMIT_ENABLED: 'true', KEY_RATE_PER_MINUTE: '60000000', KEY_BURST: '1000000', CACHE_ENABLED: 'false', WORKER_THREADS: '1' };
  const running = new Map<Service, StartedProcess>();
  for (const name of SERVICES) running.set(name, await startProcess(`dist/apps/${name}/main.js`, [], env));
  const url = `http://127.0.0.1:${running.get('gateway')?.ports.get('HTTP is listening') ?? 0}`;
  const cpu = (): Map<Service, number> => new Map([...running].map(([name, started]) => [name, started.cpuSeconds()]));
  for (const { what, path, service, next } of await operations(url)) {
    const load = { url: `${url}/v1/${path}`, next };
    await closedLoop({ ...load, seconds: WARM_UP_SECONDS }, CONNECTIONS);
    const before = cpu();
    const { seconds, times } = await closedLoop({ ...load, seconds: SECONDS }, CONNECTIONS);
    const after = cpu();
    const answered = times.get(200) ?? [];
    const failed = [...times].filter(([status]) => status !== 200).reduce((sum, [, list]) => sum + list.length, 0);
    if (failed > 0) throw new Error(`${what}: ${failed} requests failed`);
    const costs = SERVICES.map((name) => ({ name, ms: (((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1000) / answered.length }));
    const shown = costs.filter(({ ms }) => ms >= 0.05).map(({ name, ms }) => `${name} ${ms.toFixed(2)}`);
    const share = (name: Service): string => ((BUSY * 1000) / (costs.find((each) => each.name === name)?.ms ?? Number.NaN)).toFixed(0);
    print(`${what}: ${(answered.length / seconds).toFixed(0)} requests/s on this machine at ${CONNECTIONS} connections, p95 ${percentile(answered, 0.95).toFixed(1)} ms; processor time a request (ms): ${shown.join(', ')}`);
    print(`  a core at ${BUSY * 100} %: ${share('gateway')} requests/s by the gateway, ${share(service)} by the ${service}`);
  }
  for (const [name, started] of running) {
    const { now, peak } = started.memory();
    print(`${name}: ${now.toFixed(0)} MB after all that, ${peak.toFixed(0)} MB at its peak`);
    await started.stop();
  }
  nats.stop();
}
