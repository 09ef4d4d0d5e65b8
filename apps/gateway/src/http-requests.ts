import { say, ServiceError } from '@sigmalang/contracts';
import { beginSpan, measureRequest, openRequest, refuseCostlyJson, type RequestContext, showContract, type Span, withRequest } from '@sigmalang/runtime';
import { BadRequestException, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { watchCaller } from './callers';
import { statusOf } from './problem.filter';

declare module 'fastify' {
  interface FastifyRequest {
    /** Context of the request, from its first byte on. */
    opened: RequestContext;
    /** How it ended. */
    outcome: { code: string; received?: boolean };
    /** Counts and logs its end, unless its caller left before. */
    ended: () => void;
  }
  interface FastifyContextConfig {
    /** Whether the body carries vectors or documents, and so may be larger. */
    isLarge?: boolean;
    /** Whether a request that may have a body has none. */
    hasNoBody?: boolean;
  }
}

/** What probes ask for, again and again. */
const HEALTH_ROUTE = /^\/(health|ready)(\/|$)/;

/** Why work for a request ends that was answered. */
const ANSWERED = 'answered';

const logger = new Logger('HTTP');

/** What metrics and logs have in the place of a route for requests that match none. */
export const NO_ROUTE = 'no route';

/** The route a request matched, as metrics and logs name it: bounded, unlike its path. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url === undefined ? NO_ROUTE : `${request.method} ${request.routeOptions.url}`;
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The header in which a caller says how long it waits, in milliseconds. */
const TIMEOUT_HEADER = 'x-request-timeout';

/** The context that a request opens: the caller's id and trace where they are well formed, else new ones, and the caller's time where it is shorter. */
export function contextOf(request: FastifyRequest, longestMs: number, signal?: AbortSignal, traceparent = headerOf(request, 'traceparent')): RequestContext {
  const timeoutMs = Math.min(longestMs, timeoutOf(request) || longestMs); // NaN is refused after
  return openRequest(timeoutMs, headerOf(request, 'x-request-id'), traceparent, signal);
}

/** Begins the span of a request, named by its route: its path holds what its caller chose. Whoever probes the health of the gateway leaves none. */
function beginRequestSpan(request: FastifyRequest): Span | undefined {
  const { method, routeOptions } = request;
  if (routeOptions.url !== undefined && HEALTH_ROUTE.test(routeOptions.url)) return undefined;
  const attributes = { 'http.request.method': method, ...(routeOptions.url !== undefined && { 'http.route': routeOptions.url }) };
  return beginSpan({ kind: 'server', name: routeOptions.url === undefined ? method : routeOf(request), attributes, parent: headerOf(request, 'traceparent') });
}

/** How long a caller says that it waits, in milliseconds; NaN where it says what is no time. */
function timeoutOf(request: FastifyRequest): number | undefined {
  const value = request.headers[TIMEOUT_HEADER];
  if (value === undefined) return undefined;
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : Number.NaN;
}

/** Gives each request its context, id, deadline, measurement and log line; its work is cancelled when its caller leaves or is answered. */
export function trackRequests(fastify: FastifyInstance, timeoutMs: number): void {
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD' && each !== 'OPTIONS') showContract(`${each} ${url}`);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const caller = new AbortController();
    const span = beginRequestSpan(request);
    request.opened = contextOf(request, timeoutMs, caller.signal, span?.traceparent);
    request.outcome = { code: 'OK' };
    const measured = measureRequest(routeOf(request));
    const end = (status: number): void => {
      measured(request.outcome, request.opened.traceparent);
      logEnd(request, status, reply.elapsedTime);
      span?.end(request.outcome.code, { 'http.response.status_code': status });
    };
    const answered = watchCaller(request.raw.socket, () => {
      request.outcome = { code: 'CANCELLED' };
      caller.abort();
      end(statusOf('CANCELLED'));
    });
    request.ended = () => {
      if (answered()) end(reply.statusCode);
      caller.abort(ANSWERED); // what still goes on for the request, as other groups do when one failed, is for nobody
    };
    reply.header('x-request-id', request.opened.requestId);
    done();
  });
  // Not before the front door: what is refused there first is counted.
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (Number.isNaN(timeoutOf(request))) done(noTime());
    else done(null, payload);
  });
  // The context is entered after the body is read: its events come from the socket, outside of any context.
  fastify.addHook('preHandler', (request, _reply, done) => {
    withRequest(request.opened, done);
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('server-timing', `total;dur=${reply.elapsedTime.toFixed(1)}`);
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    request.ended();
    done();
  });
}

function noTime(): ServiceError {
  const message = say`${TIMEOUT_HEADER} must be a number of milliseconds from 1 to 999999999`;
  return new ServiceError('INVALID_REQUEST', message, [{ field: TIMEOUT_HEADER, rule: 'isTime', message }]);
}

function logEnd(request: FastifyRequest, status: number, elapsedMs: number): void {
  const { code } = request.outcome;
  const line = { msg: 'answered', route: routeOf(request), status, code, ms: Math.round(elapsedMs * 10) / 10 };
  withRequest(request.opened, () => {
    if (status >= 500 && !request.isShed) logger.warn(line);
    else logger.debug(line);
  });
}

/** Accepts JSON bodies and nothing else: bytes that are not UTF-8, `__proto__` and other content types are refused. */
export function acceptOnlyJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0 && (request.method === 'DELETE' || request.routeOptions.config.hasNoBody)) {
      done(null, undefined); // many clients name a type all the same
      return;
    }
    if (typeof body === 'string' || !isUtf8(body)) {
      done(new BadRequestException());
      return;
    }
    try {
      refuseCostlyJson(body);
    } catch (error) {
      done(error as Error);
      return;
    }
    void parse(request, body.toString('utf8'), done);
  });
}
