import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tagReply } from './conditional-reply';
import { etagOf, type KeptReply, replyOf } from './kept-reply';
import type { ModelVersions } from './model-versions';
import type { Computation, ReplyCache } from './reply-cache';

/** Whether the reply to a body depends on nothing but that body and the program, and so may be kept for everyone. */
export type IsComputed = (body: object) => boolean;

/** What becomes of a request whose reply is computed from what it says. */
interface ComputedReply {
  /** The reply that was found. */
  readonly found?: KeptReply;
  /** The reply that has to be made; absent where it is not to be kept. */
  readonly computation?: Computation;
  /** Models that were loaded when it was looked for. */
  readonly models?: readonly string[] | undefined;
  /** Model that computed it, where the reply says so. */
  model?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the reply is computed from the request alone, for which bodies at least, and so kept in the cache. */
    isCached?: boolean | IsComputed;
    /** Whether the reply tells what is stored, so that its caller may ask whether it is still the same. */
    isStored?: boolean;
  }
  interface FastifyRequest {
    /** How the cache answers it, if the cache has to do with it. */
    computed?: ComputedReply;
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** What a request may say in `Cache-Control`: that it takes no kept reply, and that its own may not be kept. */
const RELOADS = /(?:^|[\s,])(?:no-cache|no-store|max-age=0)(?=$|[\s,;])/i;
const LEAVES_NO_TRACE = /(?:^|[\s,])no-store(?=$|[\s,;])/i;

/** Answers requests by the replies that are kept, keeps those that are computed, and tags what callers may keep; nobody may keep anything else. */
export function cacheReplies(fastify: FastifyInstance, cache: ReplyCache, models: ModelVersions): void {
  fastify.addHook('preHandler', async (request, reply) => {
    if (!isCached(request) || !cache.isEnabled) return;
    request.computed = await lookUp(request, cache, models);
    const { found } = request.computed;
    if (found) return reply.type(JSON_TYPE).send(found.bytes);
  });
  fastify.addHook('preSerialization', (request, _reply, payload, done) => {
    if (request.computed && hasModel(payload)) request.computed.model = payload.model;
    done(null, payload);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { computed, routeOptions } = request;
    const content = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : undefined;
    if (reply.statusCode !== 200 || content === undefined) {
      computed?.computation?.fail(gaveUp(request) ? 'given up' : 'failed');
      done(null, withoutTrace(reply, payload));
    } else if (computed) {
      done(null, sendComputed(request, reply, computed, content, cache, models));
    } else if (routeOptions.config.isStored === true) {
      done(null, sendStored(request, reply, content));
    } else {
      done(null, withoutTrace(reply, payload));
    }
  });
}

/** Whether the reply to a request depends on that request alone. */
function isCached({ routeOptions, body }: FastifyRequest): boolean {
  const { isCached: rule = false } = routeOptions.config;
  if (typeof rule === 'boolean') return rule;
  return typeof body === 'object' && body !== null && rule(body);
}

async function lookUp(request: FastifyRequest, cache: ReplyCache, versions: ModelVersions): Promise<ComputedReply> {
  const { headers, routeOptions, body, opened } = request;
  const wish = headers['cache-control'] ?? '';
  if (LEAVES_NO_TRACE.test(wish) || Number(headers['content-length'] ?? Infinity) > cache.mostBytes || (await cache.isBypassed())) return {};
  const key = cache.keyOf(String(routeOptions.url), body);
  if (key === undefined) return {};
  const models = versions.ids;
  // Beside a tag `no-cache` is what every `fetch` adds, and asks for nothing but a comparison.
  const isAnew = headers['if-none-match'] === undefined && RELOADS.test(wish);
  const result = isAnew ? cache.anew(key) : await cache.find(key, opened);
  return 'bytes' in result ? { found: result } : { computation: result, models };
}

/** Whether who asked is the reason that there is no reply, and not what was asked. */
function gaveUp({ outcome }: FastifyRequest): boolean {
  return outcome.code === 'CANCELLED' || outcome.code === 'TIMEOUT';
}

/** Tags a computed reply, after it was given to those who wait for it and kept for those who come; of another model than was known it is not kept. */
function sendComputed(
  request: FastifyRequest,
  reply: FastifyReply,
  { found, computation, models: known, model }: ComputedReply,
  content: string | Buffer,
  cache: ReplyCache,
  models: ModelVersions,
): Buffer | null {
  const made = found ?? replyOf(content);
  const isKnown = model === undefined || known === undefined || known.includes(model);
  computation?.finish(made, isKnown);
  if (!isKnown) void models.refresh();
  reply.header('x-cache', found ? 'hit' : 'miss');
  const isUnchanged = tagReply(request, reply, { etag: made.etag, cacheControl: `private, max-age=${cache.maxAge}`, isPublic: false });
  return isUnchanged ? withoutContent(request, made.bytes) : made.bytes;
}

function sendStored(request: FastifyRequest, reply: FastifyReply, content: string | Buffer): string | Buffer | null {
  const isPublic = request.routeOptions.config.permission === 'public';
  const cacheControl = isPublic ? 'public, no-cache' : 'private, no-cache';
  return tagReply(request, reply, { etag: etagOf(content), cacheControl, isPublic }) ? withoutContent(request, content) : content;
}

/** The content of a 304: none, which Fastify sees to itself for HEAD, and only where there is some. */
function withoutContent<Content>({ method }: FastifyRequest, content: Content): Content | null {
  return method === 'HEAD' ? content : null;
}

/** What nobody may keep, unless the reply itself says otherwise, as that of a file does. */
function withoutTrace<Payload>(reply: FastifyReply, payload: Payload): Payload {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  return payload;
}

function hasModel(payload: unknown): payload is { readonly model: string } {
  return typeof payload === 'object' && payload !== null && 'model' in payload && typeof payload.model === 'string';
}
