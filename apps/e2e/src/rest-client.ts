import type { Problem } from '@sigmalang/contracts';
import { ADMIN_KEY } from './test-key';

/** An answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The body, if it is JSON. */
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
  /** From sending to having read the answer, in milliseconds. */
  readonly ms: number;
}

/** What goes beside the body of a request. */
export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks HTTP with one port of a process, and says who it is. */
export class RestClient {
  private readonly credentials: Readonly<Record<string, string>>;

  /** @param key what it calls with, the suite's own unless said; with null it does not say who it is */
  constructor(
    readonly origin: string,
    key: string | null = ADMIN_KEY,
  ) {
    this.credentials = key === null ? {} : { 'x-api-key': key };
  }

  /** A client of the same port that calls with another key, or with null without any. */
  as(key: string | null): RestClient {
    return new RestClient(this.origin, key);
  }

  /** Posts JSON: an object is written as such, a string or bytes are sent as they are. */
  post(path: string, body: object | string, { headers, method = 'POST' }: SendOptions = {}): Promise<Reply> {
    return this.send(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  }

  /** Asks for a path. */
  get(path: string, { headers = {}, method = 'GET' }: SendOptions = {}): Promise<Reply> {
    return this.send(path, { method, headers });
  }

  private async send(path: string, request: Omit<RequestInit, 'headers'> & { headers: Readonly<Record<string, string>> }): Promise<Reply> {
    const started = performance.now();
    const response = await fetch(`${this.origin}${path}`, { ...request, headers: { ...this.credentials, ...request.headers } });
    const text = await response.text();
    const ms = performance.now() - started;
    const { status, headers } = response;
    const isJson = /^application\/(problem\+)?json\b/.test(headers.get('content-type') ?? '');
    return { status, headers, text, ms, body: isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined };
  }
}

/** The body of an answer that must be 200. */
export function bodyOf(reply: Reply): unknown {
  if (reply.status !== 200) throw new Error(`expected 200, got ${reply.status}: ${reply.text.slice(0, 500)}`);
  return reply.body;
}

/** The problem document of an answer, its form checked. */
export function problemOf(reply: Reply): Problem {
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(reply.body).toEqual({
    type: expect.stringMatching(/^(urn|https?):\S+$/) as unknown,
    title: expect.stringMatching(/\S/) as unknown,
    status: reply.status,
    detail: expect.stringMatching(/\S/) as unknown,
    instance: expect.stringMatching(/^\//) as unknown,
    code: expect.stringMatching(/^[A-Z_]+$/) as unknown,
    requestId: reply.headers.get('x-request-id'),
    ...((reply.body as Problem).errors && { errors: expect.any(Array) as unknown }),
  });
  return reply.body as Problem;
}
