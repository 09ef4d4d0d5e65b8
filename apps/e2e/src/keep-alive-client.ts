import { Agent, request as sendRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ADMIN_KEY } from './test-key';

/** After this a request counts as hung, in milliseconds. */
const PATIENCE_MS = 30_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a client sends beside a method and a path. */
export interface Sent {
  readonly body?: object;
  /** What it calls with instead of the suite's own key. */
  readonly authorization?: string;
}

/** A client of one kept-alive connection, as programs have them: it opens another only when the server has ended the one it had, and repeats nothing. */
export class KeepAliveClient {
  /** Connections it has had. */
  connections = 0;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly origin: string) {}

  /** Sends a request; gives the body of an answer of 200, and fails by saying what came instead. */
  async send(method: Method, path: string, { body, authorization }: Sent = {}): Promise<unknown> {
    const { status, text } = await this.exchange(method, path, body && JSON.stringify(body), authorization);
    if (status !== 200) throw new Error(`${status} ${text.slice(0, 1_500)}`);
    return JSON.parse(text.startsWith('{') && text.includes('}\n{') ? `[${text.trim().replaceAll('\n', ',')}]` : text);
  }

  /** Gives up its connection. */
  close(): void {
    this.agent.destroy();
  }

  private async exchange(method: Method, path: string, body: string | undefined, authorization: string | undefined) {
    const credentials = authorization === undefined ? { 'x-api-key': ADMIN_KEY } : { authorization };
    const type = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = sendRequest(`${this.origin}${path}`, { method, agent: this.agent, headers: { ...credentials, ...type } }, resolve);
      request.on('socket', () => { if (!request.reusedSocket) this.connections++; });
      request.on('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(`${error.code ?? error.message} on a ${request.reusedSocket ? 'kept' : 'new'} connection`));
      });
      request.setTimeout(PATIENCE_MS, () => request.destroy(new Error('hung')));
      request.end(body);
    });
    return { status: response.statusCode ?? 0, text: (await buffer(response)).toString() };
  }
}
