import { type Identity, isPermitted, say, ServiceError } from '@sigmalang/contracts';
import { withRequest } from '@sigmalang/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { isOwnRequest, passOwn } from './own-requests';

/** Who a request is from, as far as it says: nobody, somebody known, or somebody whose credentials are refused. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'known';
      readonly identity: Identity;
      /** What was sent: a key, or a token; absent where nobody is asked. */
      readonly by?: 'key' | 'token';
      /** The key that was sent, or that its token was given for. */
      readonly keyId?: string;
      readonly rate?: RateOfCaller;
    }
  | { readonly kind: 'refused'; readonly error: ServiceError };

/** How often a caller may ask; the installation's own rule where absent. */
export interface RateOfCaller {
  /** Requests a minute. */
  readonly perMinute?: number;
  /** Requests at once. */
  readonly burst?: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. */
    caller: Caller;
  }
}

/** Something that each request passes before its body is read; throws the ServiceError of what it does not let through. */
export type Checkpoint = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void;

/** Aborts never. */
const UNENDING = new AbortController().signal;

/** Refuses to start with a route that does not say what it asks of its caller. */
export function requirePermissions(fastify: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  fastify.addHook('onRoute', (route) => { routes.push(route); });
  fastify.addHook('onReady', (done) => {
    const open = routes.filter(({ config }) => config?.permission === undefined);
    done(open.length === 0 ? undefined : new Error(`No permission is declared for ${open.map(({ method, url }) => `${String(method)} ${url}`).join(', ')}`));
  });
}

/** Leads each request past checkpoints, in their order; who asks must be known by the last of them. The gateway's own requests need none. */
export function openFrontDoor(fastify: FastifyInstance, checkpoints: readonly Checkpoint[]): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const all = isOwnRequest(request) ? [passOwn, authorize] : [...checkpoints, authorize];
    // In the trace and the log of the request; what is looked up for it is shared with others, and so does not end with it.
    await withRequest({ ...request.opened, signal: UNENDING, deadline: Infinity }, async () => {
      for (const pass of all) await pass(request, reply);
    });
  });
}

/** Lets nobody pass who lacks the permission of the route; a path that no route answers is as public as its 404. */
export const authorize: Checkpoint = ({ caller, routeOptions }) => {
  const { permission = 'public' } = routeOptions.config;
  if (caller.kind === 'refused') throw caller.error;
  if (permission === 'public') return;
  if (caller.kind === 'anonymous') {
    throw new ServiceError('UNAUTHENTICATED', 'Say who you are: by a key in X-API-Key, or a key or token in Authorization: Bearer');
  }
  const { role } = caller.identity;
  if (!isPermitted(role, permission)) throw new ServiceError('FORBIDDEN', say`The role ${role} has not the permission ${permission} that this needs`);
};
