import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isOpen } from './ports';
import { atTheEnd } from './teardown';

const START_MS = 20_000;

/** Who may connect. */
export interface NatsCredentials {
  readonly user: string;
  readonly password: string;
}

/** Lines of the server's own configuration that say who may connect, and how. */
export interface NatsRules {
  readonly rules: string;
}

/** A real nats-server on a loopback port of its own, which it keeps when it is started again. */
export class NatsServerUnderTest {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  /** Starts a server that takes messages of 8 MB, as everything we ship does, and that anyone may connect to unless told who. */
  static async start(access?: NatsCredentials | NatsRules): Promise<NatsServerUnderTest> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-nats-'));
    const server = new NatsServerUnderTest(port, folder);
    atTheEnd(() => server.remove());
    await server.start(access);
    return server;
  }

  /** Address for clients. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Address for clients that want TLS, by a name of this machine. */
  tlsUrl(host = '127.0.0.1'): string {
    return `tls://${host}:${this.port}`;
  }

  /** Address with a user and a password in it. */
  urlFor({ user, password }: NatsCredentials): string {
    return `nats://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${this.port}`;
  }

  /** Starts it, for the first time or again. */
  async start(access?: NatsCredentials | NatsRules): Promise<void> {
    const who = access && 'user' in access ? ['--user', access.user, '--pass', access.password] : [];
    const rules = access && 'rules' in access ? access.rules : '';
    await writeFile(join(this.folder, 'nats.conf'), `listen: "127.0.0.1:${this.port}"\nmax_payload: 8MB\n${rules}\n`);
    const child = spawn('nats-server', ['-c', join(this.folder, 'nats.conf'), ...who], { stdio: 'ignore' });
    const failed = once(child, 'error').then(([error]: unknown[]) => {
      throw new Error('nats-server cannot be started; the end-to-end suite needs it: apt-get install nats-server', {
        cause: error,
      });
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
      if (Date.now() > deadline) throw new Error(`nats-server did not open port ${this.port}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }
}
