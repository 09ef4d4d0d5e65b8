import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolPath } from '../tools-under-test';

const START_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the port of a server is not known');
  return address.port;
}

/** What Prometheus answers to a query. */
export interface Answer {
  readonly status: string;
  /** What is wrong with the query, if anything. */
  readonly error?: string;
}

/** A Prometheus with a folder and a port of its own, which scrapes nothing. */
export class PrometheusUnderTest {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly origin: string,
  ) {}

  /** Starts it and waits until it answers. */
  static async start(): Promise<PrometheusUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, '{}\n');
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      toolPath('prometheus'),
      [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`, '--log.level=error'],
      { stdio: 'ignore' },
    );
    const started = new PrometheusUnderTest(child, folder, `http://${address}`);
    await started.untilReady();
    return started;
  }

  /** What it answers to a query about now. */
  async query(expr: string): Promise<Answer> {
    const reply = await fetch(`${this.origin}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) });
    return (await reply.json()) as Answer;
  }

  /** Ends it and removes what it kept. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await this.isReady())) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        await this.stop();
        throw new Error('Prometheus did not get ready');
      }
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.origin}/-/ready`)).ok;
    } catch {
      return false;
    }
  }
}
