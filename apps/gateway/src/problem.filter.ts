import { type ErrorCode, type Problem, ServiceError } from '@sigmalang/contracts';
import { toServiceError } from '@sigmalang/runtime';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

const STATUSES: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  INVALID_REQUEST: { status: 400, title: 'The request is invalid' },
  UNAUTHENTICATED: { status: 401, title: 'The caller is unknown' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  NOT_FOUND: { status: 404, title: 'There is no such thing' },
  CONFLICT: { status: 409, title: 'The request conflicts with what is stored' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The request or its reply is too large' },
  UNPROCESSABLE: { status: 422, title: 'The request cannot be processed' },
  RATE_LIMITED: { status: 429, title: 'The caller asks too often' },
  INTERNAL: { status: 500, title: 'The service failed' },
  UNAVAILABLE: { status: 503, title: 'The service is not there' },
  TIMEOUT: { status: 504, title: 'The service took too long' },
};

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
  const { code, message, errors, received } = failure;
  const problem: Problem = {
    type: `urn:sigmalang:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUSES[code].title,
    status,
    detail: message,
    instance: request.url.split('?')[0] ?? '/',
    code,
    requestId: request.opened.requestId,
    ...(errors.length > 0 && { errors: [...errors] }),
  };
  request.outcome = { code, received };
  // A connection whose body was not read to its end cannot carry another request.
  if (status === 413 && !received) reply.header('connection', 'close');
  void reply.status(status).type('application/problem+json').send(JSON.stringify(problem));
}

function classify(error: unknown, request: FastifyRequest): { failure: ServiceError; status: number } {
  const failure = fromHttp(error, request) ?? toServiceError(error);
  const { status } = STATUSES[failure.code];
  const unsupported = hasCode(error, 'FST_ERR_CTP_INVALID_MEDIA_TYPE');
  return { failure, status: unsupported ? 415 : status };
}

/** What Fastify and Nest refuse before a controller sees it. */
function fromHttp(error: unknown, request: FastifyRequest): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  if (error instanceof HttpException && error.getStatus() === 404) {
    return new ServiceError('NOT_FOUND', 'No route answers this method and path');
  }
  if (hasCode(error, 'FST_ERR_CTP_BODY_TOO_LARGE')) {
    const limit = request.routeOptions.bodyLimit;
    return new ServiceError('PAYLOAD_TOO_LARGE', `The body of this request may have at most ${limit} bytes`);
  }
  if (hasCode(error, 'FST_ERR_CTP_INVALID_MEDIA_TYPE')) {
    return new ServiceError('INVALID_REQUEST', 'The body must be JSON, with content-type: application/json');
  }
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) {
    return new ServiceError('INVALID_REQUEST', 'The body must be valid JSON in UTF-8');
  }
  return undefined;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
