import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports';
import { atTheEnd } from './teardown';

const START_MS = 20_000;

const run = promisify(execFile);

/** Who the server runs as: it refuses to be root. */
interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** A real PostgreSQL on a loopback port and in a folder of its own, both of which it keeps when it is started again; what it commits is on the disk. */
export class PostgresServerUnderTest {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly account: Account,
  ) {}

  /** Makes an empty database, and starts a server for it. */
  static async start(): Promise<PostgresServerUnderTest> {
    const account = await serverAccount();
    const folder = await mkdtemp(join(tmpdir(), 'sigmalang-e2e-postgres-'));
    if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid);
    const initial = ['-D', folder, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--auth=trust', '--no-sync'];
    await run(program('initdb'), initial, { ...account, cwd: folder });
    const server = new PostgresServerUnderTest(await freePort(), folder, account);
    atTheEnd(() => server.remove());
    await server.start();
    return server;
  }

  /** Address for clients. */
  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it, for the first time or again, and waits until it answers. */
  async start(): Promise<void> {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', shared_buffers: '32MB', max_connections: '50' };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const args = ['-D', this.folder, '-p', this.port.toString(), ...options];
    this.child = spawn(program('postgres'), args, { ...this.account, cwd: this.folder, stdio: 'ignore' });
    await once(this.child, 'spawn');
    await this.answers();
  }

  /** Stops it as an operator would: connections are ended, and everything is on the disk. */
  async stop(): Promise<void> {
    await this.end(['SIGINT']);
  }

  /** Ends it at once with all its processes, as a crash of the machine would. */
  async kill(): Promise<void> {
    await this.end(['SIGSTOP', 'SIGKILL']); // the first, so that none is started between the look at them and the end
  }

  /** Freezes all its processes: connections stay open, and nothing is answered. */
  freeze(): void {
    this.signalAll('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.signalAll('SIGCONT');
  }

  /** What a statement gives: a line a row, its columns separated by `|`. */
  async query(sql: string): Promise<string[]> {
    const { stdout } = await run(program('psql'), ['-XAt', '-v', 'ON_ERROR_STOP=1', '-c', sql, this.url]);
    return stdout.split('\n').filter((line) => line !== '');
  }

  private async end(signals: readonly NodeJS.Signals[]): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    this.thaw();
    for (const signal of signals) {
      if (signal === 'SIGINT') child.kill(signal);
      else this.signalAll(signal);
    }
    await exited;
  }

  private signalAll(signal: NodeJS.Signals): void {
    const { pid } = this.child ?? {};
    if (pid === undefined) return;
    const all = signal === 'SIGSTOP' ? [pid] : [...childrenOf(pid), pid];
    for (const each of all) send(each, signal);
    if (signal === 'SIGSTOP') for (const each of childrenOf(pid)) send(each, signal);
  }

  private async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await this.query('select 1').then(() => true, () => false))) {
      if (Date.now() > deadline) throw new Error(`postgres did not answer on port ${this.port}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }
}

/** A program of the newest PostgreSQL that is installed, as Debian installs it. */
function program(name: string): string {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => Number(b.split('/')[4]) - Number(a.split('/')[4]));
  const path = join(newest ?? '', name);
  if (!newest || !existsSync(path)) throw new Error(`${name} is missing; the end-to-end suite needs it: apt-get install postgresql`);
  return path;
}

/** The account `postgres` where this process is root, else its own. */
async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended
  }
}
