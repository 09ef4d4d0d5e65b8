import cors from '@fastify/cors';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { type LimitsConfig, partsOf } from './limits.config';

const PREFLIGHT_S = 7_200;

/** What pages of other origins may send, and may read of a reply, beside what every page may. */
const REQUEST_HEADERS = ['Authorization', 'Content-Type', 'X-API-Key', 'X-Request-Id', 'X-Request-Timeout', 'Idempotency-Key', 'If-None-Match', 'Cache-Control', 'Accept-Language', 'traceparent'];
const REPLY_HEADERS = [
  'X-Request-Id', 'Server-Timing', 'X-Cache', 'ETag', 'Content-Language', 'Retry-After',
  'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'RateLimit-Policy',
];

/** What a reply that is no page may do in a browser: nothing. */
const NOTHING = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] };

/** What the pages of the API's documentation may do: load from this server what they show it with; both set styles in scripts, and ReDoc searches in a worker made from a blob. */
const DOCUMENTATION = {
  ...NOTHING,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  workerSrc: ["'self'", 'blob:'],
};

/** The rules of a route that serves a page of the API's documentation. */
export const FOR_DOCUMENTATION = { helmet: { contentSecurityPolicy: { useDefaults: false, directives: DOCUMENTATION } } } as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What browsers may do with the replies of a route, where it is not what they may with all. */
    helmet?: Omit<FastifyHelmetOptions, 'global'>;
  }
}

/** Tells browsers what they may do with replies, and answers those that ask on behalf of pages of other origins. */
export async function ruleBrowsers(fastify: FastifyInstance, { corsOrigins, hstsMaxAgeS }: LimitsConfig): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    strictTransportSecurity: hstsMaxAgeS > 0 ? { maxAge: hstsMaxAgeS, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  const origins = partsOf(corsOrigins);
  if (origins.length === 0) return;
  fastify.addHook('onRoute', (route) => {
    if (route.method === 'OPTIONS') route.config = { ...route.config, permission: 'public' };
  });
  await fastify.register(cors, {
    origin: origins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: REPLY_HEADERS,
    maxAge: PREFLIGHT_S,
    strictPreflight: false,
  });
}
