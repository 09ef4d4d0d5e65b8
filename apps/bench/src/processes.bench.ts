import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analogyQuestions } from './analogy-questions';
import { CALLER_HEADERS, startNats, startProcess, type StartedProcess } from './started-process';

const SERVICES = ['encoder', 'decoder', 'nlp', 'analogy', 'search', 'gateway'] as const;
const START_GOALS: Readonly<Record<string, { ms: number; megabytes: number }>> = {
  encoder: { ms: 1000, megabytes: 160 },
  decoder: { ms: 1000, megabytes: 160 },
  gateway: { ms: 1000, megabytes: 160 },
  nlp: { ms: 1000, megabytes: 250 },
  analogy: { ms: 1500, megabytes: 300 },
  search: { ms: 3000, megabytes: 1200 },
  standalone: { ms: 3000, megabytes: 1200 },
};
const STARTS = 5;

const ANALOGIES = 200;
const DOCUMENTS = 5_000;
const DOCUMENTS_A_CALL = 500;
const SEARCHES = 200;

type Send = (path: string, body: object) => Promise<{ results: { vectors: object[]; text: string }[] }>;

function sendTo(url: string, method: 'POST' | 'PUT'): Send {
  return async (path, body) => {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: CALLER_HEADERS,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as { results: { vectors: object[]; text: string }[] };
  };
}

/** A mixed load: short texts one by one, then one text of 100,000 characters, each encoded and decoded; then analogies; then documents kept and searched. */
async function load(url: string): Promise<void> {
  const post = sendTo(url, 'POST');
  const sentence = 'A text of some length that is turned into vectors, and back again, to see what it costs. ';
  const texts = Array.from({ length: 300 }, (_text, i) => `${i} ${sentence.repeat(1 + (i % 12))}`);
  for (const text of [...texts, sentence.repeat(2000).slice(0, 100_000)]) {
    const { results } = await post('encode', { text });
    const decoded = await post('decode', { vectors: results[0]?.vectors });
    if (decoded.results[0]?.text !== text) throw new Error('A text did not come back');
  }
  await loadAnalogies(post);
  await loadSearch(post, sendTo(url, 'PUT'));
}

/** Analogies by each method, one by one and in a list, explanations and neighbours. */
async function loadAnalogies(post: Send): Promise<void> {
  const analogies = analogyQuestions().slice(0, ANALOGIES);
  for (const { a, b, c, d } of analogies) {
    for (const method of ['relation', 'add', 'mul']) await post('analogies/solve', { a, b, c, method });
    await post('analogies/explain', { a, b, c, d });
    await post('lexicon/neighbours', { word: a });
  }
  await post('analogies/solve', { questions: analogies.map(({ a, b, c }) => ({ a, b, c })) });
}

/** Documents put into a collection in calls of some hundred, then searches by each mode. */
async function loadSearch(post: Send, put: Send): Promise<void> {
  const words = analogyQuestions().map(({ a, b, c, d }) => `${a} ${b} ${c} ${d}`);
  const textOf = (i: number): string => Array.from({ length: 12 }, (_words, j) => words[(i * 31 + j * 7) % words.length] ?? '').join(' ');
  await put('collections/loaded', {});
  for (let first = 0; first < DOCUMENTS; first += DOCUMENTS_A_CALL) {
    const documents = Array.from({ length: DOCUMENTS_A_CALL }, (_document, i) => ({ id: `${first + i}`, text: textOf(first + i) }));
    await put('collections/loaded/documents', { documents });
  }
  for (let i = 0; i < SEARCHES; i++) {
    for (const mode of ['hybrid', 'semantic', 'keyword', 'exact', 'fuzzy']) {
      await post('search', { query: words[i % words.length] ?? '', collection: 'loaded', mode });
    }
  }
}

/** Start-up and memory of each process, alone and under load. */
export default async function bench({ print }: { print: (line: string) => void }): Promise<void> {
  const report = (name: string, started: StartedProcess[], loaded: StartedProcess): void => {
    const goal = START_GOALS[name];
    const times = started.map(({ readyMs }) => Math.round(readyMs)).sort((a, b) => a - b);
    const { now, peak } = loaded.memory();
    const memory = `${now.toFixed(0)} MB after load, ${peak.toFixed(0)} MB at its peak`;
    print(
      `${name}: ready in ${times[times.length >> 1] ?? 0} ms (median of ${times.length}: ${times.join(', ')}); ${memory}` +
        ` (goal: ${goal?.ms ?? 0} ms, ${goal?.megabytes ?? 0} MB)`,
    );
  };
  const restart = async (name: string, env: Record<string, string>): Promise<StartedProcess[]> => {
    const started: StartedProcess[] = [];
    const folder = join(data, name); // the first start of what has a database makes it
    for (let i = 0; i < STARTS; i++) {
      const process = await startProcess(`dist/apps/${name}/main.js`, [], { DATA_DIR: folder, ...env });
      started.push(process);
      if (i < STARTS - 1) await process.stop();
    }
    return started;
  };

  const data = mkdtempSync(join(tmpdir(), 'sigmalang-bench-'));
  const nats = await startNats();
  const env = { NATS_URL: nats.url, METRICS_PORT: '0', PORT: '0' };
  const running = new Map<string, StartedProcess[]>();
  for (const name of SERVICES) running.set(name, await restart(name, env));
  await load(`http://127.0.0.1:${running.get('gateway')?.at(-1)?.ports.get('HTTP is listening') ?? 0}`);
  for (const [name, started] of running) {
    const last = started.at(-1);
    if (last) report(name, started, last);
    await last?.stop();
  }
  nats.stop();

  const standalone = await restart('standalone', { METRICS_PORT: '0', PORT: '0' });
  const last = standalone.at(-1);
  if (!last) return;
  await load(`http://127.0.0.1:${last.ports.get('HTTP is listening') ?? 0}`);
  report('standalone', standalone, last);
  await last.stop();
  rmSync(data, { recursive: true, force: true });
}
