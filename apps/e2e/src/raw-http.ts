import { connect } from 'node:net';

/** How long a connection may be silent before what came is taken for all. */
const SILENCE_MS = 1_500;

/** What came back on a connection. */
export interface RawAnswer {
  /** Everything as it came. */
  readonly text: string;
  /** Status of each answer, in their order. */
  readonly statuses: readonly number[];
}

/** Sends bytes as they are to a port of an origin, and gives what comes back until the connection ends or says nothing for long. */
export function sendRaw(origin: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { port, hostname } = new URL(origin);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => { socket.write(bytes); });
    const finish = (): void => {
      socket.destroy();
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ text, statuses: [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status)) });
    };
    socket.setTimeout(SILENCE_MS, finish);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).once('close', finish).once('error', () => undefined);
  });
}

/** A request as it stands on the wire: its first line, header lines and a body, none of them mended. */
export function wire(firstLine: string, headers: readonly string[] = [], body = ''): string {
  return [firstLine, ...headers, '', body].join('\r\n');
}
