import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { isOpen } from './ports';
import { atTheEnd } from './teardown';

const START_MS = 60_000;

/** How a program of others is started. */
export interface ProgramOptions {
  readonly args: readonly string[];
  /** The loopback port that it opens when it is there. */
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program of others: a server, or an exporter. Nothing is inherited but PATH. */
export class ProgramUnderTest {
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly path: string,
    private readonly port: number,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-4_000)));
  }

  /** Starts it, and waits until its port is open. */
  static async start(path: string, { args, port, env = {} }: ProgramOptions): Promise<ProgramUnderTest> {
    const child = spawn(path, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    const program = new ProgramUnderTest(child, path, port);
    atTheEnd(() => program.kill());
    await program.opens();
    return program;
  }

  /** Where it listens. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private async opens(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await isOpen(this.port))) {
      if (this.child.exitCode !== null || Date.now() > deadline) throw new Error(`${this.path} did not open port ${this.port}:\n${this.said}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
}
