import { setTimeout as sleep } from 'node:timers/promises';
import { type AnalogyOfFour, analogyQuestions } from './analogy-questions';
import { seededNumbers } from './seeded-numbers';
import { CALLER_HEADERS, startProcess } from './started-process';

const SAMPLES = 300;
const WARM_UP = 40;
const CHARACTERS = 100_000;
const HEADER_BYTES = 84;
const CALLERS = 16;
const QUESTIONS_A_CALLER = 25;
const PROSE =
  'Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or twice she ' +
  'had peeped into the book her sister was reading, but it had no pictures or conversations in it. ';
const JAPANESE = Array.from(
  'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん、。' +
    '日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入',
);

interface Vector {
  readonly data: string;
}

interface Results {
  readonly results: readonly {
    readonly text: string;
    readonly vectors: readonly Vector[];
    readonly chunks: readonly { readonly text: string }[];
  }[];
}

const random = seededNumbers(1);

/** Another text of prose for each call, of so many bytes. */
function prose(bytes: number): string {
  const from = Math.floor(random() * PROSE.length);
  return `${Math.floor(random() * 1e9)} ${PROSE.repeat(Math.ceil(bytes / PROSE.length) + 1).slice(from)}`.slice(0, bytes);
}

async function post(url: string, path: string, body: object): Promise<Results> {
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: CALLER_HEADERS,
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as Results;
}

/** The vector with a share of its bits flipped, header untouched. */
function flip({ data }: Vector, rate: number): Vector {
  const bytes = Buffer.from(data, 'base64');
  for (let bit = HEADER_BYTES * 8; bit < bytes.length * 8; bit++) {
    if (random() < rate) bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  }
  return { data: bytes.toString('base64') };
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;
}

/** Times of sequential requests, in milliseconds, after a warm-up. */
async function timesOf<Request>(requests: readonly Request[], send: (request: Request) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const request of requests) {
    const started = performance.now();
    await send(request);
    times.push(performance.now() - started);
  }
  return times.slice(WARM_UP);
}

/** Vectors that are full, one for each request, of texts that all differ. */
async function fullVectors(url: string, count: number): Promise<Vector[]> {
  const vectors: Vector[] = [];
  while (vectors.length < count) {
    const { results } = await post(url, 'encode', { text: prose(20_000) });
    const [decoded] = (await post(url, 'decode', { vectors: results[0]?.vectors })).results;
    const texts = decoded?.chunks.slice(0, -1).map(({ text }) => text) ?? [];
    const encoded = await post(url, 'encode', { texts });
    vectors.push(...encoded.results.flatMap((result) => result.vectors));
  }
  return vectors.slice(0, count);
}

/** Answers of a health path, one after the other, while something is worked on: how many, and the slowest, in milliseconds. */
async function watch(url: string, work: Promise<unknown>): Promise<{ answers: number; slowest: number }> {
  const done = new AbortController();
  void work.finally(() => { done.abort(); });
  let [answers, slowest] = [0, 0];
  while (!done.signal.aborted) {
    const started = performance.now();
    const response = await fetch(`${url}/health/live`);
    await response.text();
    slowest = Math.max(slowest, performance.now() - started);
    answers++;
    await sleep(5);
  }
  return { answers, slowest };
}

type Print = (line: string) => void;

/** Prints the 95th percentile of times, in milliseconds, beside its goal. */
function reporter(print: Print): (what: string, times: readonly number[], goal: number) => void {
  return (what, times, goal) => {
    const [median, slow] = [percentile(times, 0.5), percentile(times, 0.95)].map((ms) => ms.toFixed(1));
    print(`${what}: p95 ${slow ?? ''} ms, median ${median ?? ''} ms of ${times.length} requests (goal: p95 ${goal} ms)`);
  };
}

async function benchRequests(url: string, print: Print): Promise<void> {
  const report = reporter(print);
  const texts = Array.from({ length: SAMPLES + WARM_UP }, () => prose(1_024));
  report('encode of 1 KB', await timesOf(texts, (text) => post(url, 'encode', { text })), 10);
  const vectors = await fullVectors(url, SAMPLES + WARM_UP);
  const decode = (vector: Vector): Promise<unknown> => post(url, 'decode', { vectors: [vector] });
  report('decode of a full chunk', await timesOf(vectors, decode), 25);
  const flipped = vectors.map((vector) => flip(vector, 0.1));
  report('decode of a full chunk with 10 % of its bits flipped', await timesOf(flipped, decode), 60);
}

async function benchLargeText(url: string, print: Print): Promise<void> {
  const text = Array.from({ length: CHARACTERS }, () => JAPANESE[Math.floor(random() * JAPANESE.length)] ?? '').join('');
  const roundTrip = async (): Promise<void> => {
    const { results } = await post(url, 'encode', { text });
    const decoded = await post(url, 'decode', { vectors: results[0]?.vectors });
    if (decoded.results[0]?.text !== text) throw new Error('The text did not come back');
  };
  const started = performance.now();
  const { answers, slowest } = await watch(url, roundTrip());
  const seconds = (performance.now() - started) / 1000;
  print(`${CHARACTERS} Japanese characters encoded and decoded in ${seconds.toFixed(1)} s (goal: 10 s)`);
  print(`/health/live meanwhile: ${answers} answers, the slowest after ${slowest.toFixed(0)} ms (goal: 50 ms)`);
}

/** Analogies that no caller asked before, one after another, then of many callers at once. */
async function benchAnalogies(url: string, management: string, print: Print): Promise<void> {
  const report = reporter(print);
  const questions = analogyQuestions();
  const next = (): AnalogyOfFour[] => questions.splice(0, SAMPLES + WARM_UP);
  const solve = (method: string) => ({ a, b, c }: AnalogyOfFour): Promise<unknown> => post(url, 'analogies/solve', { a, b, c, method });
  report('analogy by relation', await timesOf(next(), solve('relation')), 30);
  report('analogy by add', await timesOf(next(), solve('add')), 20);
  report('explanation of an analogy', await timesOf(next(), (analogy) => post(url, 'analogies/explain', analogy)), 60);

  const shares = Array.from({ length: CALLERS }, () => questions.splice(0, QUESTIONS_A_CALLER));
  const solveEach = async (share: readonly AnalogyOfFour[]): Promise<void> => {
    for (const analogy of share) await solve('relation')(analogy);
  };
  await longestTick(management); // forgets what was before
  const started = performance.now();
  const { answers, slowest } = await watch(url, Promise.all(shares.map(solveEach)));
  const seconds = (performance.now() - started) / 1000;
  const tick = await longestTick(management);
  print(`${CALLERS} callers at once: ${(CALLERS * QUESTIONS_A_CALLER / seconds).toFixed(0)} analogies by relation a second`);
  print(`/health/live meanwhile: ${answers} answers, the slowest after ${slowest.toFixed(0)} ms (goal: 20 ms)`);
  print(`the event loop meanwhile: ${tick.toFixed(1)} ms at most between two ticks of a timer of 10 ms (goal: 30 ms)`);
}

/** The longest time between two ticks of the timer that watches the event loop of a process, since it was last asked for, in milliseconds. */
async function longestTick(management: string): Promise<number> {
  const metrics = await (await fetch(`${management}/metrics`)).text();
  const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(metrics)?.[1];
  if (seconds === undefined) throw new Error('/metrics has no lag of the event loop');
  return Number(seconds) * 1000;
}

/** How long callers of a started standalone wait for its REST API. */
export default async function bench({ print }: { print: Print }): Promise<void> {
  const standalone = await startProcess('dist/apps/standalone/main.js', [], { METRICS_PORT: '0', PORT: '0' });
  const originOf = (port: string): string => `http://127.0.0.1:${standalone.ports.get(port) ?? 0}`;
  const url = originOf('HTTP is listening');
  await benchRequests(url, print);
  await benchAnalogies(url, originOf('management is listening'), print);
  await benchLargeText(url, print);
  await standalone.stop();
}
