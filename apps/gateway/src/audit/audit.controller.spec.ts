import type { AuditVerificationResponse, ListAuditResponse } from '@sigmalang/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { newSalt } from '@sigmalang/storage';
import { startGateway } from '../gateway-under-test';
import { AuditUnderTest } from './audit-under-test';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const audit = new AuditUnderTest();
let app: NestFastifyApplication;

beforeAll(async () => { app = await startGateway({ audit, env: { AUDIT_SCOPE: 'changes' } }); }, 60_000);

afterAll(() => app.close());

beforeEach(async () => {
  audit.entries = [];
  const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
  await audit.append([
    { at: day(1), action: 'PUT /a', status: 200, code: 'OK', actor: { subject: 'ann', role: 'developer', keyId: 'k', address: '::1', requestId: 'r', salt: newSalt() }, resource: { owner: 'ann', name: 'news', salt: newSalt() } },
    { at: day(2), action: 'PUT /b', status: 401, code: 'UNAUTHENTICATED', actor: { address: '::1', requestId: 'r', salt: newSalt() } },
    { at: day(3), action: 'PUT /c', status: 200, code: 'OK', actor: { pseudonym: `erased-${'0'.repeat(16)}` }, resource: { pseudonym: `erased-${'0'.repeat(16)}` } },
  ]);
});

const get = async (url: string): Promise<{ status: number; body: unknown; cacheControl: unknown }> => {
  const { statusCode, headers, body } = await app.inject({ method: 'GET', url });
  return { status: statusCode, body: JSON.parse(body) as unknown, cacheControl: headers['cache-control'] };
};

it('lists who did what, the newest first, without salts', async () => {
  const { status, body, cacheControl } = await get('/v1/audit');
  expect([status, cacheControl]).toEqual([200, 'no-store']);
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  const pseudonym = `erased-${'0'.repeat(16)}`;
  expect(body).toEqual({
    entries: [
      { seq: 3, at: '2026-01-03T00:00:00.000Z', action: 'PUT /c', status: 200, code: 'OK', subject: pseudonym, owner: pseudonym, hash },
      { seq: 2, at: '2026-01-02T00:00:00.000Z', action: 'PUT /b', status: 401, code: 'UNAUTHENTICATED', subject: null, address: '::1', requestId: 'r', hash },
      { seq: 1, at: '2026-01-01T00:00:00.000Z', action: 'PUT /a', status: 200, code: 'OK', subject: 'ann', role: 'developer', keyId: 'k', address: '::1', requestId: 'r', owner: 'ann', name: 'news', hash },
    ],
    nextCursor: null,
  });
  expect(audit.entries.at(-1)).toMatchObject({ action: 'GET /v1/audit', actor: { subject: 'local' } }); // to have read it stands in it too
});

it.each([
  ['?limit=2', [3, 2], '2'],
  ['?limit=2&cursor=2', [1], null],
  ['?subject=ann', [1], null],
  ['?from=2026-01-02T00:00:00Z', [3, 2], null],
  ['?from=2026-01-02T00:00:00Z&to=2026-01-03T01:00:00%2B01:00', [2], null],
  ['?subject=bob', [], null],
])('lists those that %s names', async (query, seqs, nextCursor) => {
  const { entries, nextCursor: next } = (await get(`/v1/audit${query}`)).body as ListAuditResponse;
  expect([entries.map(({ seq }) => seq), next]).toEqual([seqs, nextCursor]);
});

it.each(['?limit=0', '?limit=101', '?cursor=x', '?from=yesterday', '?subject=a%20b', '?who=ann'])('refuses %s', async (query) => {
  expect((await get(`/v1/audit${query}`)).status).toBe(400);
});

it('says whether it is whole, and where it is not', async () => {
  const whole = (await get('/v1/audit/verification')).body as AuditVerificationResponse;
  expect(whole).toEqual({ valid: true, entries: 3, erased: 1, prunedSeq: 0, head: { seq: 3, hash: audit.entries[2]?.hash } });
  audit.entries = audit.entries.map((entry) => (entry.seq === 2 ? { ...entry, status: 200 } : entry));
  expect((await get('/v1/audit/verification')).body).toMatchObject({ valid: false, defect: { seq: 2, reason: 'changed' } });
});
