import { type Identity, ServiceError, SYSTEM_PREFIX } from '@sigmalang/contracts';
import type { FastifyRequest } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';

/** The gateway itself, which may compute and nothing else. */
const ITSELF: Identity = { subject: `${SYSTEM_PREFIX}gateway`, role: 'analyst', owner: `${SYSTEM_PREFIX}gateway` };

const own = new AsyncLocalStorage<true>();

/** Runs a function; requests that it injects into the server of this process are the gateway's own. */
export function asGateway<Result>(run: () => Result): Result {
  return own.run(true, run);
}

/** Whether a request was injected by the gateway itself: one that came over a connection never was, whatever it says. */
export function isOwnRequest({ raw }: FastifyRequest): boolean {
  return own.getStore() === true && !(raw.socket instanceof Socket);
}

/** Takes a request for the gateway's own; of these only such pass as are computed from what they say. */
export function passOwn(request: FastifyRequest): void {
  if (!request.routeOptions.config.isCached) throw new ServiceError('FORBIDDEN', 'The gateway itself asks for nothing but what is computed');
  request.caller = { kind: 'known', identity: ITSELF };
  request.opened = { ...request.opened, identity: ITSELF };
}
