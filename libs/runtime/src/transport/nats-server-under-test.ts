import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Largest message that the server of the tests takes, in bytes. */
export const SERVER_LIMIT = 65_536;

/** A NATS server of these tests' own, on a free port of this machine alone. */
export class NatsServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<NatsServer> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const folder = mkdtempSync(join(tmpdir(), 'sigmalang-nats-'));
    writeFileSync(join(folder, 'nats.conf'), `max_payload: ${SERVER_LIMIT}\n`);
    const server = new NatsServer(port, folder);
    await server.up();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const args = ['-p', this.port.toString(), '-a', '127.0.0.1', '-c', join(this.folder, 'nats.conf')];
    const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin:/usr/local/bin` };
    this.process = spawn('nats-server', args, { env, stdio: 'ignore' });
    await once(this.process, 'spawn').catch(() => {
      throw new Error('These tests need the program nats-server, on the PATH or in /usr/sbin or /usr/local');
    });
    while (!(await this.accepts())) await sleep(20);
  }

  async down(): Promise<void> {
    if (this.process?.kill('SIGKILL')) await once(this.process, 'exit');
  }

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
