import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atTheEnd } from './teardown';
import { ADMIN_KEY } from './test-key';

/** A line of a process's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly port?: number;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

/**
 * How to start a process: its environment (nothing is inherited but PATH; DATA_DIR is an empty folder of its own, ADMIN_KEY the suite's and
 * RATE_LIMIT_ENABLED false unless given), its flags, and by which command if not by itself.
 */
export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly command?: readonly [program: string, ...args: string[]];
}

const ROOT = rootAbove(__dirname);
const START_MS = 120_000;

/** The suite calls as one admin, and much oftener than a caller may who is limited. */
const SETTINGS_OF_TESTS = { ADMIN_KEY, RATE_LIMIT_ENABLED: 'false' };

/** A built process of the product. */
export class ProcessUnderTest {
  /** What it printed on standard output, line by line. */
  readonly output: string[] = [];
  /** What it printed on standard error. */
  errorOutput = '';
  private readonly exited: Promise<number | null>;

  private constructor(
    readonly app: string,
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    /** Whether it leads a group of its own: what it starts then ends with it. */
    private readonly leadsGroup: boolean,
  ) {
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errorOutput += text));
    createInterface({ input: child.stdout }).on('line', (line) => this.output.push(line));
    this.exited = once(child, 'close').then(() => child.exitCode);
    atTheEnd(() => this.kill());
  }

  /** Starts a process, ports picked by itself and without limits of rates unless its environment says otherwise, and waits until it says that it is ready. */
  static async start(app: string, { env, ...options }: ProcessOptions = {}): Promise<ProcessUnderTest> {
    const started = ProcessUnderTest.spawn(app, { env: { PORT: '0', METRICS_PORT: '0', RATE_LIMIT_ENABLED: 'false', ...env }, ...options });
    const deadline = Date.now() + START_MS;
    while (!started.log.some(({ msg }) => msg === 'ready')) {
      if (started.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${app} did not get ready:\n${started.output.join('\n')}\n${started.errorOutput}`);
      }
      await new Promise((wake) => setTimeout(wake, 20));
    }
    return started;
  }

  /** Starts a process and waits for nothing. */
  static spawn(app: string, { env = {}, flags = [], command }: ProcessOptions): ProcessUnderTest {
    const [program, ...args] = command ?? [process.execPath, resolve(ROOT, 'dist/apps', app, 'main.js')];
    const child = spawn(program, [...args, ...flags], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, DATA_DIR: env.DATA_DIR ?? temporaryFolder(), ...SETTINGS_OF_TESTS, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: command !== undefined,
    });
    return new ProcessUnderTest(app, child, command !== undefined);
  }

  /** What it logged. */
  get log(): LogLine[] {
    return this.output.map((line) => JSON.parse(line) as LogLine);
  }

  /** Where its REST API listens. */
  get origin(): string {
    return this.originOf('HTTP is listening');
  }

  /** Where its management port listens. */
  get managementOrigin(): string {
    return this.originOf('management is listening');
  }

  /** Whether it has ended. */
  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Freezes it, thaws it, or asks it to stop. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    this.child.kill(signal);
  }

  /** Asks it to stop and waits for its exit code. */
  stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.exited;
  }

  /** Its exit code, once it has ended and its output is complete. */
  exitCode(): Promise<number | null> {
    return this.exited;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.leadsGroup) this.killGroup();
    await this.exited;
  }

  private killGroup(): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // all have ended
    }
  }

  private originOf(message: string): string {
    const line = this.log.find(({ msg }) => msg === message);
    if (line?.port === undefined) throw new Error(`${this.app} has not said "${message}"`);
    return `http://127.0.0.1:${line.port}`;
  }
}

/** The folder of the repository, wherever in it this runs. */
function rootAbove(folder: string): string {
  return existsSync(join(folder, 'nx.json')) ? folder : rootAbove(dirname(folder));
}

/** An empty folder, removed at the end: after what is started later has ended. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sigmalang-e2e-'));
  atTheEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
