import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CALLER_HEADERS, freePort, startNats, startProcess } from './started-process';

const CONNECTIONS = 64;
const SECONDS = 5;
const ROUNDS = 3;
const BODY = JSON.stringify({ text: 'The quick brown fox', topK: 5, method: 'relation', threshold: 0 });

async function requestsPerSecond(url: string): Promise<number> {
  const options = ['-c', CONNECTIONS.toString(), '-d', SECONDS.toString(), '-m', 'POST', '-b', BODY, '-j'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    'node_modules/autocannon/autocannon.js',
    ...options,
    ...Object.entries(CALLER_HEADERS).flatMap(([name, value]) => ['-H', `${name}=${value}`]),
    url,
  ]);
  const { requests, non2xx, errors } = JSON.parse(stdout) as {
    requests: { average: number };
    non2xx: number;
    errors: number;
  };
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} failures, ${errors} errors`);
  return requests.average;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** gateway → NATS → service at 64 connections, beside bare Fastify and NATS in the same rounds. */
export default async function bench({ print }: { print: (line: string) => void }): Promise<void> {
  const nats = await startNats();
  const env = { NATS_URL: nats.url, METRICS_PORT: '0', PORT: (await freePort()).toString() };
  const program = 'dist/apps/bench/main.js';
  const processes = [
    await startProcess(program, ['bare-service'], env),
    await startProcess(program, ['bare-gateway'], env),
    await startProcess(program, ['echo-service'], env),
    await startProcess(program, ['echo-gateway'], { ...env, PORT: '0' }),
  ];
  const bare = `http://127.0.0.1:${env.PORT}/echo`;
  const ours = `http://127.0.0.1:${processes[3]?.ports.get('HTTP is listening') ?? 0}`;
  const rates = { bare: [] as number[], unseen: [] as number[], echo: [] as number[] };
  for (const url of [bare, `${ours}/unseen`, `${ours}/echo`]) await requestsPerSecond(url); // warms up
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare.push(await requestsPerSecond(bare));
    rates.unseen.push(await requestsPerSecond(`${ours}/unseen`));
    rates.echo.push(await requestsPerSecond(`${ours}/echo`));
  }
  const baseline = median(rates.bare);
  const line = (what: string, rate: number, goal: string): string =>
    `${what}: ${rate.toFixed(0)} requests/s, ${(rate / baseline).toFixed(2)} of the bare pair${goal}`;
  print(`bare Fastify and NATS, ${CONNECTIONS} connections: ${baseline.toFixed(0)} requests/s`);
  print(line('ours without validation', median(rates.unseen), ' (goal: 0.6)'));
  print(line('ours with a request of four fields validated at both ends', median(rates.echo), ' (goal: 0.45)'));
  for (const started of processes) await started.stop();
  nats.stop();
}
