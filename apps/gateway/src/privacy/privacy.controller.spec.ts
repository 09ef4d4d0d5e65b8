import { type Contract, deleteCollection, type ErasureReceiptResponse, type Problem, ServiceError } from '@sigmalang/contracts';
import { Bus, currentRequest, stopIfOver } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { register } from 'prom-client';
import { AuditUnderTest } from '../audit/audit-under-test';
import { startGateway } from '../gateway-under-test';
import { IdentityUnderTest } from '../identity/identity-under-test';
import { ErasureHooks } from './erasure-hooks';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

const GONE = new ServiceError('NOT_FOUND', 'gone');
const AWAY = new ServiceError('UNAVAILABLE', 'away');

/** Services that have three collections, one of which is removed while it is read, and records, one of which is damaged. */
class FakeServices extends Bus {
  readonly asked: string[] = [];
  readonly owners = new Set<string | undefined>();
  failing: string | undefined;
  hasTime = true;

  constructor() {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override async call<Request extends object, Response extends object>({ subject }: Contract<Request, Response>, request: Request): Promise<Response> {
    this.asked.push(subject);
    const context = currentRequest();
    this.owners.add(context?.identity?.owner);
    this.hasTime &&= (context?.deadline ?? 0) > performance.now();
    if (context) stopIfOver(context);
    if (this.failing === subject) throw AWAY;
    return Promise.resolve(this.answer(subject, request as { name?: string; cursor?: string }) as Response);
  }

  private answer(subject: string, { name = '', cursor }: { name?: string; cursor?: string }): object {
    switch (subject) {
      case 'search.v1.list-collections':
        return cursor === undefined ? { collections: [{ name: 'a' }, { name: 'gone' }], nextCursor: 'gone' } : { collections: [{ name: 'b' }], nextCursor: null };
      case 'search.v1.list-documents':
        if (name === 'gone') throw GONE;
        return cursor === undefined && name === 'a' ? { documents: [{ id: '1', text: 'x\n' }], nextCursor: '1' } : { documents: [{ id: '2', text: 'y' }], nextCursor: null };
      case 'analogy.v1.list-records':
        return { records: ['gone', 'kept', 'damaged'].map((each) => ({ name: each })), nextCursor: null };
      case 'analogy.v1.get-record':
        if (name === 'gone') throw GONE;
        if (name === 'damaged') throw new ServiceError('INTERNAL', 'damaged');
        return { name, pairs: [{ role: 'r', filler: 'f' }], expected: {} };
      case 'search.v1.erase':
        return { collections: 2, documents: 7 };
      case 'analogy.v1.erase':
        return { records: 3 };
      default:
        return {};
    }
  }
}

let bus: FakeServices;
let identity: IdentityUnderTest;
let audit: AuditUnderTest;
let app: NestFastifyApplication;

beforeEach(async () => {
  register.clear();
  [bus, identity, audit] = [new FakeServices(), new IdentityUnderTest(), new AuditUnderTest()];
  app = await startGateway({ bus, identity, audit });
  for (const subject of ['local', 'ann']) await identity.keys.add({ id: randomUUID(), prefix: 'sk_1', hash: Buffer.alloc(32), name: `of ${subject}`, subject, role: 'analyst' });
});

afterEach(() => app.close());

const ask = async (method: 'GET' | 'DELETE', url: string) => {
  const { statusCode, headers, body } = await app.inject({ method, url });
  return { statusCode, headers, body };
};
const linesOf = (body: string): Record<string, unknown>[] => body.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
const problemOf = (body: string): Problem => JSON.parse(body) as Problem;

describe('an export', () => {
  it('has a line for everything that the caller has, and says at its end how much that is', async () => {
    await ask('DELETE', '/v1/collections/a'); // which stands in the audit
    const { statusCode, headers, body } = await ask('GET', '/v1/privacy/export');
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'application/x-ndjson', 'no-store']);
    expect(body.endsWith('\n')).toBe(true);
    const lines = linesOf(body);
    expect(lines[0]).toEqual({ kind: 'export', subject: 'local', at: expect.any(String) as string });
    expect(lines.slice(1, 9)).toEqual([
      { kind: 'collection', name: 'a' },
      { kind: 'document', collection: 'a', id: '1', text: 'x\n' },
      { kind: 'document', collection: 'a', id: '2', text: 'y' },
      { kind: 'collection', name: 'gone' },
      { kind: 'collection', name: 'b' },
      { kind: 'document', collection: 'b', id: '2', text: 'y' },
      { kind: 'record', name: 'kept', pairs: [{ role: 'r', filler: 'f' }] },
      { kind: 'problem', record: 'damaged', code: 'INTERNAL', detail: 'damaged' },
    ]);
    expect(lines[9]).toMatchObject({ kind: 'key', name: 'of local', subject: 'local' });
    expect(lines[9]).not.toHaveProperty('hash');
    expect(lines.slice(10, -1)).toMatchObject([
      { kind: 'audit', seq: 2, action: 'GET /v1/privacy/export' },
      { kind: 'audit', seq: 1, action: 'DELETE /v1/collections/:name', subject: 'local', name: 'a' },
    ]);
    expect(lines.at(-1)).toEqual({ kind: 'end', counts: { collection: 3, document: 3, record: 1, problem: 1, key: 1, audit: 2 } });
  });

  it('is of whom an admin names, and of nobody in particular for nobody', async () => {
    const { body } = await ask('GET', '/v1/privacy/export?owner=ann');
    expect(linesOf(body)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'export', subject: 'ann' }), expect.objectContaining({ kind: 'key', name: 'of ann' })]));
    expect(body).not.toContain('of local');
    expect([...bus.owners]).toEqual(['ann']);
    const all = await ask('GET', '/v1/privacy/export?owner=*');
    expect([all.statusCode, problemOf(all.body).errors?.[0]?.field]).toEqual([400, 'owner']);
  });

  it('says of others who did something to what is exported that they did, and not from where and with which key', async () => {
    const other = { subject: 'bob', role: 'admin', keyId: randomUUID(), address: '192.0.2.7', requestId: 'of-bob', salt: '1' };
    await audit.append([{ at: new Date(), action: 'DELETE /v1/collections/:name', status: 200, code: 'OK', actor: other, resource: { owner: 'ann', name: 'a', salt: '2' } }]);
    const { body } = await ask('GET', '/v1/privacy/export?owner=ann');
    const [line] = linesOf(body).filter(({ kind, subject }) => kind === 'audit' && subject === 'bob');
    expect(line).toMatchObject({ subject: 'bob', role: 'admin', owner: 'ann', name: 'a' });
    for (const field of ['keyId', 'address', 'requestId']) expect(line).not.toHaveProperty(field);
  });

  it.each(['search.v1.list-documents', 'analogy.v1.list-records'])('that cannot go on at %s says so in its last line', async (subject) => {
    bus.failing = subject;
    const { statusCode, body } = await ask('GET', '/v1/privacy/export');
    expect(statusCode).toBe(200);
    expect(linesOf(body).at(-1)).toEqual({ kind: 'problem', code: 'UNAVAILABLE', detail: 'away' });
    expect(body).not.toContain('"end"');
  });

  it('has as much time for each page as a request has', async () => {
    register.clear();
    const slow = await startGateway({ bus, identity, audit, env: { REQUEST_TIMEOUT_MS: '80' } });
    const list = jest.spyOn(identity.keys, 'ofSubject').mockImplementation(() => new Promise((resolve) => setTimeout(resolve, 120, [])));
    await slow.inject({ method: 'GET', url: '/v1/privacy/export' });
    await slow.close();
    expect(list).toHaveBeenCalledTimes(1);
    expect(bus.hasTime).toBe(true);
  });
});

describe('an erasure', () => {
  const erase = (query: string) => ask('DELETE', `/v1/privacy/data${query}`);

  it('erases all that the caller has, keys last, and gives a receipt', async () => {
    await ask('DELETE', '/v1/collections/a');
    const order: string[] = [];
    jest.spyOn(identity.keys, 'removeSubject').mockImplementation((subject) => {
      order.push(`keys of ${subject} after ${bus.asked.length}`);
      return Promise.resolve({ keys: 1, tokens: 4 });
    });
    app.get(ErasureHooks).add(() => {
      order.push('cache');
      return Promise.resolve();
    });
    bus.asked.length = 0;
    const { statusCode, headers, body } = await erase('?confirm=local');
    const receipt = JSON.parse(body) as ErasureReceiptResponse;
    expect([statusCode, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(receipt).toEqual({ id: 'receipt', at: expect.any(String) as string, counts: { collections: 4, documents: 14, records: 6, keys: 1, tokens: 4, auditEntries: 1 }, auditSeq: 2 });
    expect(order).toEqual(['keys of local after 2', 'cache']);
    expect(bus.asked).toEqual(['search.v1.erase', 'analogy.v1.erase', 'search.v1.erase', 'analogy.v1.erase']);
    expect((await identity.keys.state()).cacheEpoch).toBe(1);
    expect(JSON.stringify(audit.entries)).not.toContain('local');
    expect(audit.entries.map(({ action }) => action)).toEqual(['DELETE /v1/collections/:name', 'DELETE /v1/privacy/data']);
  });

  it('is finished once the keys are gone, also for a caller who leaves then and could not ask again', async () => {
    await app.listen(0, '127.0.0.1');
    const asked = request({ port: (app.getHttpServer().address() as AddressInfo).port, host: '127.0.0.1', path: '/v1/privacy/data?confirm=local', method: 'DELETE' });
    asked.on('error', () => undefined).end();
    const left = Promise.withResolvers<undefined>();
    jest.spyOn(identity.keys, 'removeSubject').mockImplementation(async () => {
      const { signal } = currentRequest() ?? {};
      asked.destroy();
      if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      left.resolve(undefined);
      return { keys: 1, tokens: 0 };
    });
    await left.promise;
    for (let i = 0; i < 100 && audit.receipts.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(audit.receipts).toHaveLength(1);
  });

  it('for somebody else says in the audit who asked for it', async () => {
    expect((await erase('?confirm=ann&owner=ann')).statusCode).toBe(200);
    expect([...bus.owners]).toEqual(['ann']);
    expect(identity.keys.rows.map(({ subject }) => subject)).toEqual(['local']);
    expect(audit.entries).toMatchObject([{ action: 'DELETE /v1/privacy/data', actor: { subject: 'local' }, resource: { pseudonym: expect.any(String) as string } }]);
  });

  it.each([
    ['without a confirmation', '', 'confirm'],
    ['confirmed for another', '?confirm=ann', 'confirm'],
    ['confirmed for oneself where it is of another', '?confirm=local&owner=ann', 'confirm'],
    ['of all', '?confirm=local&owner=*', 'owner'],
  ])('%s is refused, and nothing is erased', async (_what, query, field) => {
    const { statusCode, body } = await erase(query);
    expect([statusCode, problemOf(body).errors?.[0]?.field]).toEqual([400, field]);
    expect(bus.asked).toEqual([]);
    expect(identity.keys.rows).toHaveLength(2);
  });

  it.each(['search.v1.erase', 'analogy.v1.erase'])('that %s fails for leaves the keys, and can be asked for again', async (subject) => {
    bus.failing = subject;
    const { statusCode, body } = await erase('?confirm=local');
    expect([statusCode, problemOf(body).detail]).toEqual([503, 'away']);
    expect(identity.keys.rows).toHaveLength(2);
    expect(audit.receipts).toEqual([]);
    expect(audit.entries).toMatchObject([{ action: 'DELETE /v1/privacy/data', status: 503, code: 'UNAVAILABLE', actor: { subject: 'local' } }]);
    bus.failing = undefined;
    expect((await erase('?confirm=local')).statusCode).toBe(200);
    expect(JSON.stringify(audit.entries)).not.toContain('local');
  });

  it('that fails when the keys are gone says who can finish it', async () => {
    app.get(ErasureHooks).add(() => Promise.reject(AWAY));
    const { statusCode, body } = await erase('?confirm=local');
    expect(statusCode).toBe(503);
    expect(problemOf(body).detail).toMatch(/^The keys are removed, .* admin/);
    expect(audit.receipts).toEqual([]);
  });

  it('is not begun while the audit cannot be written', async () => {
    audit.fault = AWAY;
    await ask('DELETE', `/v1/collections/a`);
    expect(bus.asked).toEqual([deleteCollection.subject]);
    expect((await erase('?confirm=local')).statusCode).toBe(503);
    expect(bus.asked).toEqual([deleteCollection.subject]);
    audit.fault = undefined;
  });
});
