import { KEPT_NAME, type RoutePermission } from '@sigmalang/contracts';
import { type AuditActor, type AuditResource, type NewAuditEntry, newSalt } from '@sigmalang/storage';
import { isUUID } from 'class-validator';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../front-door';
import { addressOf } from '../limits/caller-address';
import type { AuditScope } from './audit.config';
import type { AuditLog } from './audit-log';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether an entry of it stands in the audit already. */
    isAudited?: boolean;
  }
}

/** How much has to be audited for a request to be. */
const SCOPE_OF: Readonly<Record<Exclude<RoutePermission, 'public'>, AuditScope>> = {
  admin: 'security',
  self: 'security',
  'search:write': 'changes',
  'patterns:write': 'changes',
  jobs: 'changes',
  stream: 'changes',
  compute: 'all',
  'search:read': 'all',
  'patterns:read': 'all',
};

const SCOPES: readonly AuditScope[] = ['security', 'changes', 'all'];

/** The routes whose `id` goes into the audit: ids of documents do not. */
const KEY_ROUTE = /\/keys\/:id$/;

/** Which scope has a route in it; undefined where none has. */
export function scopeOf(url: string | undefined, permission: RoutePermission = 'public'): AuditScope | undefined {
  if (permission !== 'public') return SCOPE_OF[permission];
  return url?.startsWith('/v1/auth/') ? 'security' : undefined; // tokens are given back and renewed without a key
}

/**
 * Writes requests into the audit. A reply to what concerns security or changes something waits until its entry is durable, or nobody can tell when
 * it will be; whoever is refused is written down as well, and nothing waits for that. Nothing is changed while the audit takes no more entries.
 */
export function auditRequests(fastify: FastifyInstance, log: AuditLog, scope: AuditScope): void {
  const isIn = (asked: AuditScope | undefined): boolean => asked !== undefined && SCOPES.indexOf(asked) <= SCOPES.indexOf(scope);
  fastify.addHook('preHandler', (request, _reply, done) => {
    const asked = scopeOf(request.routeOptions.url, request.routeOptions.config.permission);
    done(asked !== 'all' && isIn(asked) ? log.refusal() : undefined);
  });
  fastify.addHook('onSend', async (request, reply, payload) => {
    const { caller } = request as { caller?: Caller };
    if (!caller || request.isAudited || request.outcome.code === 'RATE_LIMITED') return payload; // nobody was asked who it is, or asks too often
    request.isAudited = true;
    const asked = scopeOf(request.routeOptions.url, request.routeOptions.config.permission);
    if (isRefused(request, caller)) void log.write(entryOf(request, reply));
    else if (isIn(asked)) {
      const written = log.write(entryOf(request, reply));
      if (asked !== 'all') await written;
    }
    return payload;
  });
}

function isRefused({ outcome: { code } }: FastifyRequest, caller: Caller): boolean {
  return (caller.kind === 'refused' && code !== 'UNAVAILABLE') || code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
}

/** The entry of a request that is about to be answered. */
export function entryOf(request: FastifyRequest, reply: FastifyReply): NewAuditEntry {
  const { routeOptions, outcome } = request;
  return {
    at: new Date(),
    action: `${request.method} ${routeOptions.url ?? '(no route)'}`,
    status: reply.statusCode,
    code: outcome.code,
    actor: actorOf(request),
    resource: resourceOf(request),
  };
}

/** Who sent a request, as far as that is known. */
export function actorOf(request: FastifyRequest): AuditActor {
  const { caller, opened } = request;
  const known = caller.kind === 'known' ? { subject: caller.identity.subject, role: caller.identity.role, ...(caller.keyId !== undefined && { keyId: caller.keyId }) } : {};
  return { ...known, address: addressOf(request), requestId: opened.requestId, salt: newSalt() };
}

/** What a request is about; what is no well-formed name or id is not written down, since it may be any text. */
function resourceOf({ caller, params, routeOptions: { url = '' } }: FastifyRequest): AuditResource | undefined {
  if (caller.kind !== 'known') return undefined;
  const { name = '', id } = params as { name?: string; id?: string };
  return { owner: caller.identity.owner, ...(KEPT_NAME.test(name) && { name }), ...(KEY_ROUTE.test(url) && isUUID(id) && { id }), salt: newSalt() };
}
