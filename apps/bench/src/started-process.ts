import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process that was started and has said that it is ready. */
export interface StartedProcess {
  /** From its start to its line `ready`, in milliseconds. */
  readonly readyMs: number;
  /** Ports that it said it listens on, by what it called them. */
  readonly ports: ReadonlyMap<string, number>;
  /** Resident memory now and at its peak, in megabytes. */
  memory(): { now: number; peak: number };
  /** Processor time that it has used since its start, in all its threads, in seconds. */
  cpuSeconds(): number;
  /** Tells it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** As the images start Node: a small young generation, since a process that waits for requests has little that is young. */
const NODE_FLAGS = ['--max-semi-space-size=4'];

/** As the images set it: threads that each free what another allocated leave holes in an arena of their own. */
const MALLOC = { MALLOC_ARENA_MAX: '1' };

/** The admin key of what the benches start. */
const ADMIN_KEY = `sk_${Buffer.from('the benches call what they start').toString('base64url')}`;

/** Headers of every request of the benches: JSON, and who asks. */
export const CALLER_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY };

/** Benches call as one admin, and oftener than a caller may who is limited. */
const SETTINGS_OF_BENCHES = { ADMIN_KEY, RATE_LIMIT_ENABLED: 'false' };

/** Starts a bundled program, its data in a folder that ends with it unless `env` says where, and waits until it says that it is ready; rejects when it ends before. */
export async function startProcess(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<StartedProcess> {
  const dataDir = env.DATA_DIR === undefined ? mkdtempSync(join(tmpdir(), 'sigmalang-bench-')) : undefined;
  const started = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, program, ...args], {
    env: { PATH: process.env.PATH, ...MALLOC, ...(dataDir && { DATA_DIR: dataDir }), ...SETTINGS_OF_BENCHES, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ports = new Map<string, number>();
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
  await new Promise<void>((resolve, reject) => {
    void ended.then(() => { reject(new Error(`${program} ended before it was ready`)); });
    createInterface(child.stdout).on('line', (text) => {
      const { msg, port } = JSON.parse(text) as { msg: string; port?: number };
      if (port !== undefined) ports.set(msg, port);
      if (msg === 'ready') resolve();
    });
  });
  return {
    readyMs: performance.now() - started,
    ports,
    memory: () => memoryOf(child),
    cpuSeconds: () => cpuSecondsOf(child),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts a NATS server on a free port of this machine; throws when `nats-server` is not installed. */
export async function startNats(): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', port.toString()], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    createInterface(child.stderr).on('line', (line) => {
      if (line.includes('Server is ready')) resolve();
    });
  });
  return { url: `nats://127.0.0.1:${port}`, stop: () => void child.kill('SIGTERM') };
}

/** A port of this machine that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => { resolve(typeof address === 'object' && address ? address.port : 0); });
    });
  });
}

function memoryOf({ pid = 0 }: ChildProcess): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

/** Of each second the kernel counts so many ticks. */
const TICKS_A_SECOND = 100;

function cpuSecondsOf({ pid = 0 }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number); // fields from the third on
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) / TICKS_A_SECOND;
}
