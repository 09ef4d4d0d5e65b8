import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis of these tests' own, on a free port of this machine alone, which keeps nothing when it ends. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly password: string | undefined,
  ) {}

  /** Starts one, which asks for a password if one is given. */
  static async start(password?: string): Promise<RedisServer> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const server = new RedisServer(port, mkdtempSync(join(tmpdir(), 'sigmalang-redis-')), password);
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://${this.password === undefined ? '' : `:${this.password}@`}127.0.0.1:${this.port}`;
  }

  /** Starts it, empty. */
  async up(): Promise<void> {
    const settings = ['--port', this.port.toString(), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder];
    this.process = spawn('redis-server', [...settings, ...(this.password === undefined ? [] : ['--requirepass', this.password])], { stdio: 'ignore' });
    await once(this.process, 'spawn').catch(() => {
      throw new Error('These tests need the program redis-server, on the PATH');
    });
    while (!(await this.accepts())) await sleep(20);
  }

  /** Kills it. */
  async down(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  /** Halts it: connections stay, and nothing answers. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  /** Ends it and removes its folder. */
  async end(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async accepts(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    const accepted = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    return accepted;
  }
}
