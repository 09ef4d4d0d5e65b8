import { closedLoop, type Load, openLoop, percentile, watchHealth } from './load-generator';
import { startProcess } from './started-process';

const CONNECTIONS = 64;
const SECONDS = Number(process.env.LOAD_SECONDS ?? '30');
const WARM_UP_SECONDS = 3;
const LOOK_MS = 100;

const SETTINGS = { METRICS_PORT: '0', PORT: '0', RATE_LIMIT_ENABLED: 'true', KEY_RATE_PER_MINUTE: '60000000', KEY_BURST: '1000000' };

/** Twice as many requests as the gateway can serve: how many it serves all the same, how fast, and whether its health path answers. */
export default async function bench({ print }: { print: (line: string) => void }): Promise<void> {
  const server = await startProcess('dist/apps/standalone/main.js', [], SETTINGS);
  const origin = `http://127.0.0.1:${server.ports.get('HTTP is listening') ?? 0}`;
  let count = 0;
  const next = (): string => JSON.stringify({ text: `The quick brown fox number ${count++} jumps over the lazy dog.` });
  const load = (seconds: number): Load => ({ url: `${origin}/v1/encode`, seconds, next });

  await closedLoop(load(WARM_UP_SECONDS), CONNECTIONS);
  const calm = await closedLoop(load(Math.min(SECONDS, 10)), CONNECTIONS);
  const served = calm.times.get(200) ?? [];
  const peak = served.length / calm.seconds;
  print(`capacity at ${CONNECTIONS} connections: ${peak.toFixed(0)} requests/s, p95 ${percentile(served, 0.95).toFixed(0)} ms`);

  const [{ times, late }, health] = await watchHealth(`${origin}/health/live`, LOOK_MS, () => openLoop(load(SECONDS), 2 * peak));
  const total = [...times.values()].reduce((sum, { length }) => sum + length, late);
  const share = (status: number): string => `${(((times.get(status)?.length ?? 0) / total) * 100).toFixed(1)} %`;
  const good = times.get(200) ?? [];
  const others = [...times].filter(([status]) => status !== 200 && status !== 503).map(([status, { length }]) => `${length} of ${status}`);
  print(`twice as many, ${(total / SECONDS).toFixed(0)} requests/s sent for ${SECONDS} s: ${(good.length / SECONDS).toFixed(0)} served a second, ${(good.length / SECONDS / peak).toFixed(2)} of the capacity (goal: 0.8)`);
  print(`of them ${share(200)} served with p95 ${percentile(good, 0.95).toFixed(0)} ms, ${share(503)} refused with 503 with p95 ${percentile(times.get(503) ?? [], 0.95).toFixed(0)} ms; answered too late ${late}; others: ${others.join(', ') || 'none'}`);
  print(`/health/live meanwhile: ${health.looks} looks, ${health.failures} failed (goal: 0), the slowest after ${health.slowest.toFixed(0)} ms`);
  await server.stop();
}
