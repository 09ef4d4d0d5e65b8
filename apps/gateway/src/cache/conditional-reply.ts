import type { FastifyReply, FastifyRequest } from 'fastify';

/** Headers that tell who asks, by which a reply to one must not be given to another. */
const OF_CALLER = 'Authorization, X-API-Key';

/** How a reply may be kept by its caller. */
export interface Freshness {
  readonly etag: string;
  /** Value of `Cache-Control`. */
  readonly cacheControl: string;
  /** Whether it is the same for everyone. */
  readonly isPublic: boolean;
}

/** Tags a reply; where its caller has these bytes already, it becomes a 304 without them. Returns whether it did. */
export function tagReply(request: FastifyRequest, reply: FastifyReply, { etag, cacheControl, isPublic }: Freshness): boolean {
  reply.headers({ etag, 'cache-control': cacheControl });
  if (!isPublic) addVary(reply, OF_CALLER);
  if (!isMatched(request.headers['if-none-match'], etag)) return false;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return true;
}

/** Whether `If-None-Match` names a tag, by the weak comparison that it asks for (RFC 9110, 13.1.2). */
export function isMatched(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function addVary(reply: FastifyReply, names: string): void {
  reply.header('vary', [reply.getHeader('vary') ?? [], names].flat().join(', '));
}
