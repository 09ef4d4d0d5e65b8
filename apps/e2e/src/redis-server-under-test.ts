import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort, isOpen } from './ports';
import { atTheEnd } from './teardown';

const START_MS = 20_000;

/** A real redis-server on a loopback port of its own, which it keeps when it is started again; it forgets everything when it ends. */
export class RedisServerUnderTest {
  private child: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  /** Starts a server. */
  static async start(): Promise<RedisServerUnderTest> {
    const server = new RedisServerUnderTest(await freePort());
    atTheEnd(() => server.kill());
    await server.start();
    return server;
  }

  /** Address for clients. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, for the first time or again. */
  async start(): Promise<void> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/tmp'];
    const child = spawn('redis-server', settings, { stdio: 'ignore' });
    const failed = once(child, 'error').then(([error]: unknown[]) => {
      throw new Error('redis-server cannot be started; the end-to-end suite needs it: apt-get install redis-server', { cause: error });
    });
    await Promise.race([once(child, 'spawn'), failed]);
    this.child = child;
    const deadline = Date.now() + START_MS;
    while (!(await Promise.race([isOpen(this.port), failed]))) {
      if (Date.now() > deadline) throw new Error(`redis-server did not open port ${this.port}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  /** Freezes it, or thaws it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(signal);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}
