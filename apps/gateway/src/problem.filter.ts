import { type ErrorCode, type Message, type Problem, say, ServiceError } from '@sigmalang/contracts';
import { toServiceError } from '@sigmalang/runtime';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { wordsOf } from './languages/translation';

const STATUSES: Readonly<Record<ErrorCode, { status: number; title: Message }>> = {
  INVALID_REQUEST: { status: 400, title: say`The request is invalid` },
  UNAUTHENTICATED: { status: 401, title: say`The caller is unknown` },
  FORBIDDEN: { status: 403, title: say`The caller may not do this` },
  NOT_FOUND: { status: 404, title: say`There is no such thing` },
  CONFLICT: { status: 409, title: say`The request conflicts with what is stored` },
  PAYLOAD_TOO_LARGE: { status: 413, title: say`The request or its reply is too large` },
  UNPROCESSABLE: { status: 422, title: say`The request cannot be processed` },
  RATE_LIMITED: { status: 429, title: say`The caller asks too often` },
  INTERNAL: { status: 500, title: say`The service failed` },
  UNAVAILABLE: { status: 503, title: say`The service is not there` },
  TIMEOUT: { status: 504, title: say`The service took too long` },
  CANCELLED: { status: 499, title: say`The caller is gone` },
};

/** The HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return STATUSES[code].status;
}

const MOST_DISCARDED_BYTES = 67_108_864;

/** Answers every failed request with a problem document; the one place that knows the status of an error code. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Sends the problem document of an error. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { failure, status } = classify(error, request);
  const { code, errors, received } = failure;
  const { language, title, detail, faults } = wordsOf(failure, STATUSES[code].title, request.headers['accept-language']);
  const problem: Problem = {
    type: `urn:sigmalang:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail,
    instance: request.url.split('?')[0] ?? '/',
    code,
    requestId: request.opened.requestId,
    ...(errors.length > 0 && { errors: errors.map((fault, i) => ({ ...fault, message: faults[i] ?? fault.message })) }),
  };
  request.outcome = { code, received };
  void reply.status(status).type('application/problem+json').header('content-language', language).header('vary', varyOf(reply));
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  const send = (): void => void reply.send(JSON.stringify(problem));
  if (status === 413 && !received) discardBody(request, send);
  else send();
}

/** What the reply depends on: its language besides whatever else it does. */
function varyOf(reply: FastifyReply): string {
  const before = [reply.getHeader('vary') ?? []].flat().join(', ');
  return before === '' || /(^|,\s*)(accept-language|\*)\s*(,|$)/i.test(before) ? before || 'Accept-Language' : `${before}, Accept-Language`;
}

/**
 * Reads what is left of a body that is refused, so that the client hears why instead of a broken connection; gives up
 * after 64 MiB. The server's own time limit of a request ends a body that does not come.
 */
function discardBody({ raw }: FastifyRequest, then: () => void): void {
  let left = MOST_DISCARDED_BYTES;
  let isDone = raw.complete;
  const finish = (): void => {
    if (isDone) return;
    isDone = true;
    then();
  };
  if (isDone) then();
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) finish();
  });
  for (const event of ['end', 'close', 'error']) raw.on(event, finish);
  raw.resume();
}

function classify(error: unknown, request: FastifyRequest): { failure: ServiceError; status: number } {
  // Whatever fails when the caller is gone, such as the reading of a body that ended, fails because of that.
  if (request.opened.signal.aborted) return { failure: new ServiceError('CANCELLED', 'The caller is gone'), status: statusOf('CANCELLED') };
  if (error instanceof HttpException) return fromHttp(error.getStatus(), request);
  const failure = toServiceError(error);
  return { failure, status: statusOf(failure.code) };
}

/** What Fastify and Nest refuse before a controller sees it. */
function fromHttp(status: number, request: FastifyRequest): { failure: ServiceError; status: number } {
  switch (status) {
    case 404:
      return { status, failure: new ServiceError('NOT_FOUND', 'No route answers this method and path') };
    case 413: {
      const message = say`The body of this request may have at most ${request.routeOptions.bodyLimit} bytes`;
      return { status, failure: new ServiceError('PAYLOAD_TOO_LARGE', message) };
    }
    case 415: {
      const message = 'The body must be JSON, with content-type: application/json';
      return { status, failure: new ServiceError('INVALID_REQUEST', message) };
    }
    case 503:
      return { status, failure: new ServiceError('UNAVAILABLE', 'The gateway is stopping') };
    default:
      return status < 500
        ? { status: 400, failure: new ServiceError('INVALID_REQUEST', 'The body must be valid JSON in UTF-8') }
        : { status: 500, failure: new ServiceError('INTERNAL', 'The gateway failed') };
  }
}
