// npm run fuzz -- [--seconds=60] [--seed=…] [--target=…] [--path=…]
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type FuzzOrder, roomForCase } from './fuzz-messages';
import { reportLines } from './fuzz-report';
import { watchRun } from './fuzz-watch';

if (isMainThread) void main();
else void runThread();

async function main(): Promise<void> {
  const order = orderFrom(process.argv.slice(2));
  print(`fuzz: seed ${order.seed}`);
  const outcome = await watchRun(process.argv[1] ?? '', order);
  reportLines(outcome).forEach(print);
  process.exitCode = outcome.failure ? 1 : 0;
}

/** The cases are loaded by the thread that runs them alone. */
async function runThread(): Promise<void> {
  const { runCases } = await import('./fuzz-thread');
  runCases(workerData as FuzzOrder, (message) => parentPort?.postMessage(message));
}

function orderFrom(args: string[]): FuzzOrder {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { seconds: text, seed: text, target: text, path: text } });
  const { target, path, seconds = '60', seed = String(randomInt(2 ** 31)) } = values;
  const numbers = { seconds: Number(seconds), seed: Number(seed) };
  if (!(numbers.seconds > 0)) throw new RangeError(`--seconds must be above 0, not ${seconds}`);
  if (!Number.isInteger(numbers.seed)) throw new RangeError(`--seed must be an integer, not ${seed}`);
  if (path !== undefined && target === undefined) throw new RangeError('--path needs --target');
  return { ...numbers, ...(target !== undefined && { target }), ...(path !== undefined && { path }), current: roomForCase() };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
