import { ERROR_CODES, type ErrorCode, type Problem, ServiceError } from '@sigmalang/contracts';
import { openRequest } from '@sigmalang/runtime';
import {
  BadRequestException,
  HttpException,
  Logger,
  NotFoundException,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { EventEmitter } from 'node:events';
import { ProblemFilter } from './problem.filter';

const STATUS_OF = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNPROCESSABLE: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  CANCELLED: 499,
} as const satisfies Record<ErrorCode, number>;

/** As much of Fastify's reply as the filter uses; keeps what is sent. */
class FakeReply {
  readonly headers: Record<string, string> = {};
  statusCode = 0;
  sent = 0;
  body = '';

  header(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.headers[name];
  }

  type(contentType: string): this {
    return this.header('content-type', contentType);
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  send(body: string): this {
    this.body = body;
    this.sent++;
    return this;
  }
}

/** As much of Node's request as the filter uses: its body, of which more may come. */
class FakeBody extends EventEmitter {
  constructor(readonly complete = true) {
    super();
  }

  resume(): this {
    return this;
  }
}

/** Begins the answer to a request that fails by an error. */
function fail(error: unknown, { url = '/v1/encode?key=hunter2', raw = new FakeBody(), signal = new AbortController().signal, headers = {}, reply = new FakeReply() } = {}) {
  const request = {
    url,
    headers,
    raw,
    opened: openRequest(1_000, 'order-17', undefined, signal),
    outcome: { code: 'OK' },
    routeOptions: { bodyLimit: 4_321 },
  };
  new ProblemFilter().catch(error, new ExecutionContextHost([request, reply]));
  return { request, reply };
}

/** What is answered, and noted of the outcome, when a request whose body was read fails by an error. */
function answerTo(error: unknown, url?: string) {
  const { request, reply } = fail(error, { ...(url !== undefined && { url }) });
  const { statusCode, headers, body } = reply;
  expect(reply.sent).toBe(1);
  return { statusCode, headers, body, problem: JSON.parse(body) as Problem, outcome: request.outcome };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('the problem document', () => {
  it.each(ERROR_CODES.map((code) => ({ code, status: STATUS_OF[code] })))('of $code has the status $status', ({ code, status }) => {
    const { statusCode, headers, problem } = answerTo(new ServiceError(code, 'What went wrong'));
    expect([statusCode, headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(problem).toEqual({
      type: `urn:sigmalang:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: expect.stringMatching(/^The(re)? \w+/) as string,
      status,
      detail: 'What went wrong',
      instance: '/v1/encode',
      code,
      requestId: 'order-17',
    });
  });

  it.each([
    [undefined, 'en', 'The service took too long', 'The database took too long'],
    ['fr-CA, fr;q=0.9, en;q=0.1', 'fr', 'Le service a mis trop de temps', 'La base de données a mis trop de temps'],
    ['pt, *;q=0.5', 'en', 'The service took too long', 'The database took too long'],
  ])('for %j is in %s, and says so', (acceptLanguage, language, title, detail) => {
    const { reply } = fail(new ServiceError('TIMEOUT', 'The database took too long'), { headers: { 'accept-language': acceptLanguage } });
    expect(reply.headers).toMatchObject({ 'content-language': language, vary: 'Accept-Language' });
    expect(JSON.parse(reply.body)).toMatchObject({ title, detail, code: 'TIMEOUT', type: 'urn:sigmalang:problem:timeout', status: 504 });
  });

  it('names the faults of fields in the language of the caller, and neither fields nor rules', () => {
    const errors = [{ field: 'dimensions', rule: 'min', message: 'dimensions must not be less than 4096' }];
    const { reply } = fail(new ServiceError('INVALID_REQUEST', 'The URL is malformed', errors), { headers: { 'accept-language': 'de' } });
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ field: 'dimensions', rule: 'min', message: 'dimensions darf nicht kleiner als 4096 sein' }] });
  });

  it.each([
    [undefined, 'Accept-Language'],
    ['Origin', 'Origin, Accept-Language'],
    ['Origin, accept-language', 'Origin, accept-language'],
    ['*', '*'],
  ])('varies by language besides %j', (before, vary) => {
    const reply = new FakeReply();
    if (before !== undefined) reply.header('vary', before);
    expect(fail(new ServiceError('TIMEOUT', 'Too slow'), { reply }).reply.headers.vary).toBe(vary);
  });

  it('has another title for each code', () => {
    const titles = ERROR_CODES.map((code) => answerTo(new ServiceError(code, '')).problem.title);
    expect(new Set(titles).size).toBe(ERROR_CODES.length);
  });

  it('names the faults of fields', () => {
    const errors = [
      { field: 'texts[3]', rule: 'text', message: 'each of texts must be a string' },
      { field: 'dimensions', rule: 'min', message: 'dimensions must not be less than 4096' },
    ];
    expect(answerTo(new ServiceError('INVALID_REQUEST', 'It is wrong', errors)).problem.errors).toEqual(errors);
  });

  it.each([
    ['/v1/encode?text=secret', '/v1/encode'],
    ['/v1/encode', '/v1/encode'],
    ['/v1/encode?a=1?b=2', '/v1/encode'],
  ])('of a request for %s is about %s, without the query', (url, instance) => {
    expect(answerTo(new ServiceError('CONFLICT', ''), url).problem.instance).toBe(instance);
  });
});

it.each([
  ['an unknown error', new Error('aborted')],
  ['what Fastify refuses', new BadRequestException()],
  ['an error of a service', new ServiceError('TIMEOUT', 'Too slow')],
])('whatever fails after the caller left is CANCELLED, and nobody logs it: %s', (_what, error) => {
  const logged = jest.spyOn(Logger.prototype, 'error');
  const { request, reply } = fail(error, { signal: AbortSignal.abort() });
  expect([request.outcome.code, reply.statusCode]).toEqual(['CANCELLED', 499]);
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});

describe('an unknown error', () => {
  it.each([
    ['an error', new Error('hunter2')],
    ['an error with a status of its own', Object.assign(new Error('hunter2'), { status: 404, statusCode: 404 })],
    ['something with the fields of a known error', { code: 'CONFLICT', message: 'hunter2', errors: [] }],
    ['a string', 'hunter2'],
    ['nothing', undefined],
  ])('that is %s is INTERNAL, without its text', (_what, error) => {
    const { statusCode, problem, body, outcome } = answerTo(error);
    expect([statusCode, problem.status, problem.code]).toEqual([500, 500, 'INTERNAL']);
    expect(problem.detail).toBe('The service failed; its log has the cause under this request id');
    expect(body).not.toContain('hunter2');
    expect(outcome).toEqual({ code: 'INTERNAL', received: false });
  });
});

describe('what Fastify and Nest refuse', () => {
  it.each([
    ['a path that no route answers', new NotFoundException('hunter2'), 404, 'NOT_FOUND', 'No route answers this method and path'],
    ['a body that is too large', new PayloadTooLargeException('hunter2'), 413, 'PAYLOAD_TOO_LARGE', 'The body of this request may have at most 4321 bytes'],
    ['a body that is not JSON', new UnsupportedMediaTypeException('hunter2'), 415, 'INVALID_REQUEST', 'The body must be JSON, with content-type: application/json'],
    ['a body of broken JSON', new BadRequestException('hunter2'), 400, 'INVALID_REQUEST', 'The body must be valid JSON in UTF-8'],
  ])('is a problem in our words: %s', (_what, error, status, code, detail) => {
    const { statusCode, problem, body } = answerTo(error);
    expect(statusCode).toBe(status);
    expect(problem).toMatchObject({ status, code, detail });
    expect(body).not.toContain('hunter2');
  });

  it.each([500, 503])('is not laid to the body of the request when it fails with %i', (status) => {
    const { statusCode, problem } = answerTo(new HttpException('hunter2', status));
    expect(statusCode).toBeGreaterThanOrEqual(500);
    expect(problem.code).not.toBe('INVALID_REQUEST');
  });
});

describe('a body that is refused before it was read', () => {
  it.each(['end', 'close', 'error'])('is read on until its %s before the answer is sent, once', (event) => {
    const raw = new FakeBody(false);
    const { reply } = fail(new PayloadTooLargeException(), { raw });
    raw.emit('data', Buffer.alloc(1_000_000));
    expect(reply.sent).toBe(0);
    raw.emit(event);
    raw.emit('close');
    expect([reply.sent, reply.statusCode]).toEqual([1, 413]);
  });

  it('is read no longer than for 64 MiB', () => {
    const raw = new FakeBody(false);
    const { reply } = fail(new PayloadTooLargeException(), { raw });
    const chunk = Buffer.alloc(1_048_576);
    for (let i = 0; i < 64; i++) raw.emit('data', chunk);
    expect(reply.sent).toBe(0);
    raw.emit('data', Buffer.alloc(1));
    raw.emit('data', chunk);
    raw.emit('end');
    expect(reply.sent).toBe(1);
  });

  it('is made to flow, since nobody else reads it', () => {
    const raw = new FakeBody(false);
    const resume = jest.spyOn(raw, 'resume');
    fail(new PayloadTooLargeException(), { raw });
    expect(resume).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a service found its answer too large', new ServiceError('PAYLOAD_TOO_LARGE', '', [], true)],
    ['the request is invalid', new ServiceError('INVALID_REQUEST', '')],
    ['the service failed', new Error()],
  ])('is not waited for where %s', (_what, error) => {
    expect(fail(error, { raw: new FakeBody(false) }).reply.sent).toBe(1);
  });
});

it.each([true, false])('the outcome of a failed request is its code, and whether it came in a reply: %s', (received) => {
  const { outcome } = answerTo(new ServiceError('TIMEOUT', '', [], received));
  expect(outcome).toEqual({ code: 'TIMEOUT', received });
});
