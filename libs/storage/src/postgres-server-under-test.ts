import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A PostgreSQL server of these tests' own, with files of its own, on a free port of this machine alone. It refuses root, so root runs it as `postgres`. */
export class PostgresServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly programs: string,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<PostgresServer> {
    const [programs] = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
    if (programs === undefined) throw new Error('These tests need the programs of PostgreSQL, in /usr/lib/postgresql');
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const folder = mkdtempSync(join(tmpdir(), 'sigmalang-postgres-'));
    if (process.getuid?.() === 0) chownSync(folder, Number(idOf('-u')), Number(idOf('-g')));
    const server = new PostgresServer(programs, port, folder);
    const [command = '', ...args] = server.command('initdb', '-D', `${folder}/data`, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
    execFileSync(command, args, { stdio: 'ignore', cwd: '/' });
    await server.up();
    return server;
  }

  /** Address of its database, or of another one. */
  urlOf(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  get url(): string {
    return this.urlOf();
  }

  /** Starts it; after `kill` it recovers what was committed. */
  async up(): Promise<void> {
    const settings = ['fsync=off', 'unix_socket_directories=', 'max_connections=40'];
    const [command = '', ...args] = this.command('postgres', '-D', `${this.folder}/data`, '-p', this.port.toString(), '-h', '127.0.0.1', ...settings.flatMap((setting) => ['-c', setting]));
    this.process = spawn(command, args, { stdio: 'ignore', cwd: '/', detached: true });
    while (!this.answers()) await sleep(20);
  }

  /** Kills it with all its processes, as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stops it in order, connections or not. */
  async down(): Promise<void> {
    await this.end('SIGINT');
  }

  /** Halts all its processes where they are: connections stay, and nothing answers. */
  freeze(): void {
    for (const pid of this.pids()) process.kill(pid, 'SIGSTOP');
  }

  /** Lets them go on. */
  thaw(): void {
    for (const pid of this.pids()) process.kill(pid, 'SIGCONT');
  }

  /** Ends it and removes its files. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs statements in one of its databases, with its own client. */
  sql(statements: string, database = 'postgres'): string {
    return execFileSync(`${this.programs}/psql`, ['-qAt', '-d', this.urlOf(database), '-c', statements], { encoding: 'utf8', cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  }

  private command(program: string, ...args: string[]): string[] {
    const command = [`${this.programs}/${program}`, ...args];
    return process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
  }

  private answers(): boolean {
    try {
      return this.sql('select 1') === '1';
    } catch {
      return false;
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const running = this.process;
    if (!running) return;
    this.process = undefined;
    const ended = running.exitCode === null && running.signalCode === null ? once(running, 'exit') : Promise.resolve();
    const pids = pidsBelow(running.pid);
    const isAsRoot = process.getuid?.() === 0; // then the first of them is runuser
    for (const pid of signal === 'SIGKILL' ? pids.toReversed() : pids.slice(isAsRoot ? 1 : 0, isAsRoot ? 2 : 1)) sendTo(pid, signal);
    await ended;
    while (pids.some((pid) => sendTo(pid, 0))) await sleep(10);
  }

  private pids(): number[] {
    return pidsBelow(this.process?.pid).slice(process.getuid?.() === 0 ? 1 : 0);
  }
}

function idOf(flag: string): string {
  return execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' });
}

/** Sends a signal, 0 for none; whether the process is there. */
function sendTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** A process and all that it has started, parents first. */
function pidsBelow(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) for (const [child, of] of parents) if (of === parent && child !== undefined) found.push(child);
  return found;
}
