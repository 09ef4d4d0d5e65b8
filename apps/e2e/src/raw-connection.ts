import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection over which a test sends what no client of HTTP would. */
export class RawConnection {
  /** What came so far. */
  received = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.on('error', () => undefined); // being cut off is what these tests are about
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Opens a connection to where a process listens. */
  static async open(origin: string): Promise<RawConnection> {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends bytes. */
  send(text: string): void {
    this.socket.write(text);
  }

  /** Sends something again and again, until the other side closes. */
  dribble(text: string, everyMs: number): void {
    const timer = setInterval(() => this.socket.writable && this.socket.write(text), everyMs);
    this.socket.once('close', () => { clearInterval(timer); });
  }

  /** Reads until the other side closes; all that came. */
  async readToEnd(): Promise<string> {
    this.socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    await this.closed;
    return this.received;
  }

  /** Closes it. */
  close(): void {
    this.socket.destroy();
  }
}
