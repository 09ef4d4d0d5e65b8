import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startGateway } from './gateway-under-test';
import { createOpenApiDocument } from './openapi-document';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

/** Paths that ask nobody who they are. */
const PUBLIC = /^\/(health|ready)|^\/v1\/auth\/re(fresh|voke)$/;

let app: NestFastifyApplication;
let document: OpenAPIObject;

beforeAll(async () => {
  app = await startGateway();
  document = await createOpenApiDocument(app);
}, 60_000);

afterAll(() => app.close());

describe('the document', () => {
  it('says how to say who one is on each route but the public ones', () => {
    expect(document.components?.securitySchemes).toMatchObject({ apiKey: { in: 'header', name: 'X-API-Key' }, bearer: { scheme: 'bearer' } });
    for (const [path, item] of Object.entries(document.paths)) {
      for (const { security, responses } of Object.values(item as Record<string, { security?: object[]; responses: object }>)) {
        const isPublic = PUBLIC.test(path);
        expect({ path, security }).toEqual({ path, security: isPublic ? undefined : [{ apiKey: [] }, { bearer: [] }] });
        expect('403' in responses).toBe(!isPublic);
      }
    }
  });

  it('names the headers of each answer, those of counted requests where they are counted', () => {
    const headersOf = (path: string, status: number): string[] => {
      const item = document.paths[path] as Record<string, { responses: Record<number, { headers: object }> }> | undefined;
      return Object.keys(Object.values(item ?? {})[0]?.responses[status]?.headers ?? {});
    };
    const counted = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'RateLimit-Policy'];
    expect(headersOf('/health/live', 200)).toEqual(['X-Request-Id', 'Server-Timing']);
    expect(headersOf('/v1/encode', 200)).toEqual(['ETag', 'X-Cache', 'X-Request-Id', 'Server-Timing', ...counted]);
    expect(headersOf('/v1/encode', 401)).toEqual(['X-Request-Id', 'Server-Timing', ...counted, 'WWW-Authenticate']);
    expect(headersOf('/v1/encode', 429)).toEqual(['X-Request-Id', 'Server-Timing', ...counted, 'Retry-After']);
  });
});
