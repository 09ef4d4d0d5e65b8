import type { OpenAPIObject } from '@nestjs/swagger';

interface Header {
  readonly description: string;
  readonly required: boolean;
  readonly schema: object;
}

const COUNT = { type: 'integer', minimum: 0 };

/** Headers of answers, by name. */
const HEADERS = {
  'X-Request-Id': { description: 'Names this request in logs and traces; the one that the request gave, if it was well formed.', required: true, schema: { type: 'string' } },
  'Server-Timing': { description: 'How long the answer took, in milliseconds.', required: true, schema: { type: 'string' } },
  'WWW-Authenticate': { description: 'How to say who you are.', required: true, schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds after which to try again.', required: false, schema: COUNT },
  'RateLimit-Limit': { description: 'Requests at once that the caller may send; not sent where requests are not counted.', required: false, schema: COUNT },
  'RateLimit-Remaining': { description: 'Requests that are left now.', required: false, schema: COUNT },
  'RateLimit-Reset': { description: 'Seconds until all are left again.', required: false, schema: COUNT },
  'RateLimit-Policy': { description: 'The rule by which requests are counted.', required: false, schema: { type: 'string' } },
} as const satisfies Readonly<Record<string, Header>>;

type HeaderName = keyof typeof HEADERS;

const ON_ALL: readonly HeaderName[] = ['X-Request-Id', 'Server-Timing'];
const ON_COUNTED: readonly HeaderName[] = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'RateLimit-Policy'];
const ON_STATUS: Readonly<Record<string, readonly HeaderName[]>> = { 401: ['WWW-Authenticate'], 429: ['Retry-After'], 503: ['Retry-After'] };

/** Adds to each answer of a document the headers that it has; those of counted requests stand on routes of the API, not on those of health. */
export function addHeaders(document: OpenAPIObject): void {
  document.components = { ...document.components, headers: HEADERS };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const { responses = {} } of Object.values(item as Record<string, { responses?: Record<string, { headers?: object }> }>)) {
      for (const [status, response] of Object.entries(responses)) {
        const names = [...ON_ALL, ...(path.startsWith('/v1/') ? ON_COUNTED : []), ...(ON_STATUS[status] ?? [])];
        const references = names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const);
        response.headers = { ...response.headers, ...Object.fromEntries(references) };
      }
    }
  }
}
