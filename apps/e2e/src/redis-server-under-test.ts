import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isOpen } from './ports';
import { atTheEnd } from './teardown';

const START_MS = 20_000;

/** A real redis-server on a loopback port of its own, which it keeps when it is started again; it keeps nothing else. */
export class RedisServerUnderTest {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  /** Starts an empty server. */
  static async start(): Promise<RedisServerUnderTest> {
    const server = new RedisServerUnderTest(await freePort(), await mkdtemp(join(tmpdir(), 'sigmalang-e2e-redis-')));
    atTheEnd(() => server.remove());
    await server.start();
    return server;
  }

  /** Address for clients. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, for the first time or again, empty. */
  async start(): Promise<void> {
    const settings = ['--port', this.port.toString(), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder];
    const child = spawn('redis-server', settings, { stdio: 'ignore' });
    const failed = once(child, 'error').then(([error]: unknown[]) => {
      throw new Error('redis-server cannot be started; the end-to-end suite needs it: apt-get install redis-server', { cause: error });
    });
    await Promise.race([once(child, 'spawn'), failed]);
    this.child = child;
    await Promise.race([this.accepts(), failed]);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Freezes it: connections stay open, and nothing is answered. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  private async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async accepts(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await isOpen(this.port))) {
      if (Date.now() > deadline) throw new Error(`redis-server did not open port ${this.port}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }
}
