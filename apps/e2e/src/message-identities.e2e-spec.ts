import * as contracts from '@sigmalang/contracts';
import { type Contract, type Identity, SERVICES } from '@sigmalang/contracts';
import { connect, headers, type MsgHdrs, type NatsConnection } from 'nats';
import { type NatsInstallation, startOnNats } from './installations';
import { fromWhom } from './nats-identity';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

const ANN: Identity = { subject: 'ann', role: 'developer', owner: 'ann' };

/** Every contract that the library has. */
const all = (Object.values(contracts) as unknown[]).filter(
  (each): each is Contract<object, object> => typeof each === 'object' && each !== null && 'subject' in each,
);

let installation: NatsInstallation;
let client: NatsConnection;

beforeAll(async () => {
  installation = await startOnNats();
  client = await connect({ servers: installation.nats.url });
});

afterAll(async () => {
  await client.close();
  await endEverything();
});

interface Answer {
  readonly response?: unknown;
  readonly err?: { readonly code: string; readonly message: string; readonly errors?: readonly { readonly field: string }[] };
}

async function ask(subject: string, data: unknown, from?: MsgHdrs): Promise<Answer> {
  const { data: reply } = await client.request(subject, JSON.stringify({ id: '1', pattern: subject, data }), { timeout: 20_000, ...(from && { headers: from }) });
  return JSON.parse(Buffer.from(reply).toString()) as Answer;
}

async function answer(subject: string, data: object, identity: Identity): Promise<unknown> {
  const { response, err } = await ask(subject, data, fromWhom(identity));
  if (err) throw new Error(`${subject} of ${identity.subject} failed: ${err.message}`);
  return response;
}

async function codeOf(subject: string, data: object, identity: Identity): Promise<string> {
  return (await ask(subject, data, fromWhom(identity))).err?.code ?? 'OK';
}

function withHeader(value: string): MsgHdrs {
  const made = headers();
  made.set('Sigma-Identity', value);
  return made;
}

describe('a message over NATS', () => {
  it('is of every service\'s contracts in these tests', () => {
    const services = new Set(all.map(({ subject }) => contracts.serviceOf(subject)));
    expect([...services].sort()).toEqual([...SERVICES].sort());
    expect(all.length).toBeGreaterThanOrEqual(25);
  });

  it.each(all.map(({ subject }) => subject))('to %s is refused unless it says who it is from', async (subject) => {
    for (const from of [undefined, withHeader(''), withHeader('ann'), withHeader('{"subject":"ann","role":"developer","owner":"*"}')]) {
      expect(await ask(subject, {}, from)).toMatchObject({ err: { code: 'UNAUTHENTICATED' } });
    }
    expect((await ask(subject, {}, fromWhom())).err?.code).not.toBe('UNAUTHENTICATED');
  });

  it.each(SERVICES)('that is a ping of %s needs nobody', async (service) => {
    expect(await ask(`${service}.v1.ping`, {})).toMatchObject({ response: { service, ready: true } });
  });
});

describe('what is kept', () => {
  const bob: Identity = { subject: 'Bob', role: 'developer', owner: 'Bob' };
  const small: Identity = { subject: 'bob', role: 'researcher', owner: 'bob' };
  const callers = [ANN, bob, small];
  const asAdmin = (owner: string): Identity => ({ subject: 'ops', role: 'admin', owner });
  const wordOf = (identity: Identity): string => ({ ann: 'apples', Bob: 'bicycles', bob: 'bridges' })[identity.subject] ?? 'nothing';

  beforeAll(async () => {
    for (const caller of callers) {
      await answer('search.v1.put-collection', { name: 'shared', description: `of ${caller.subject}` }, caller);
      await answer('search.v1.put-documents', { name: 'shared', documents: [{ id: 'd', text: `all about ${wordOf(caller)}` }] }, caller);
      await answer('analogy.v1.put-record', { name: 'shared', pairs: [{ role: 'word', filler: wordOf(caller) }, { role: 'name', filler: caller.subject }] }, caller);
    }
    await answer('search.v1.put-collection', { name: 'of-ann' }, ANN);
    await answer('analogy.v1.put-record', { name: 'of-ann', pairs: [{ role: 'word', filler: 'apples' }] }, ANN);
  });

  it.each(callers)('is that of $subject alone, also under names that others have', async (caller) => {
    const word = wordOf(caller);
    expect(await answer('search.v1.get-collection', { name: 'shared' }, caller)).toMatchObject({ owner: caller.subject, name: 'shared', description: `of ${caller.subject}`, documents: 1 });
    expect(await answer('search.v1.get-document', { name: 'shared', id: 'd' }, caller)).toMatchObject({ text: `all about ${word}` });
    const found = await answer('search.v1.search', { query: 'all about', collection: 'shared', mode: 'keyword', minSeq: 1 }, caller);
    expect(found).toMatchObject({ total: 1, results: [{ text: `all about ${word}` }] });
    expect(await answer('analogy.v1.get-record', { name: 'shared' }, caller)).toMatchObject({ pairs: [{ filler: word }, { filler: caller.subject }] });
    const target = { pairs: [{ role: 'word', filler: 'x' }, { role: 'name', filler: 'y' }] };
    expect(await answer('analogy.v1.structured', { source: { name: 'shared' }, target, filler: word }, caller)).toMatchObject({ answer: 'x', role: 'word' });
  });

  it('is listed to whom it belongs', async () => {
    const ofAnn = { collections: [{ owner: 'ann', name: 'of-ann' }, { owner: 'ann', name: 'shared' }], nextCursor: null };
    expect(await answer('search.v1.list-collections', {}, ANN)).toMatchObject(ofAnn);
    expect(await answer('analogy.v1.list-records', {}, ANN)).toEqual({ records: [{ owner: 'ann', name: 'of-ann' }, { owner: 'ann', name: 'shared' }], nextCursor: null });
    for (const caller of [bob, small]) {
      expect(await answer('search.v1.list-collections', {}, caller)).toMatchObject({ collections: [{ owner: caller.subject, name: 'shared' }], nextCursor: null });
      expect(await answer('analogy.v1.list-records', {}, caller)).toEqual({ records: [{ owner: caller.subject, name: 'shared' }], nextCursor: null });
    }
  });

  it.each<[subject: string, data: object]>([
    ['search.v1.get-collection', { name: 'of-ann' }],
    ['search.v1.delete-collection', { name: 'of-ann' }],
    ['search.v1.put-documents', { name: 'of-ann', documents: [{ text: 'x' }] }],
    ['search.v1.get-document', { name: 'of-ann', id: 'd' }],
    ['search.v1.delete-document', { name: 'of-ann', id: 'd' }],
    ['search.v1.list-documents', { name: 'of-ann' }],
    ['search.v1.search', { query: 'apples', collection: 'of-ann' }],
    ['analogy.v1.get-record', { name: 'of-ann' }],
    ['analogy.v1.delete-record', { name: 'of-ann' }],
    ['analogy.v1.structured', { source: { name: 'of-ann' }, target: { pairs: [{ role: 'a', filler: 'b' }] }, filler: 'apples' }],
  ])('by another is not there for %s', async (subject, data) => {
    for (const other of [bob, small, asAdmin('ops'), asAdmin('Ann')]) expect(await codeOf(subject, data, other)).toBe('NOT_FOUND');
    expect(await codeOf(subject, data, asAdmin('*'))).toBe('INVALID_REQUEST');
    expect(await codeOf('search.v1.get-collection', { name: 'of-ann' }, ANN)).toBe('OK');
    expect(await codeOf('analogy.v1.get-record', { name: 'of-ann' }, ANN)).toBe('OK');
  });

  it('is there for an admin who names its owner', async () => {
    expect(await answer('search.v1.get-collection', { name: 'of-ann' }, asAdmin('ann'))).toMatchObject({ owner: 'ann', name: 'of-ann' });
    expect(await answer('search.v1.search', { query: 'bicycles', collection: 'shared', minSeq: 1 }, asAdmin('Bob'))).toMatchObject({ results: [{ text: 'all about bicycles' }] });
    expect(await answer('analogy.v1.get-record', { name: 'shared' }, asAdmin('bob'))).toMatchObject({ pairs: [{ filler: 'bridges' }, { filler: 'bob' }] });
  });

  it.each([
    ['search.v1.list-collections', 'collections'],
    ['analogy.v1.list-records', 'records'],
  ])('is listed whole by %s to an admin who asks for the things of all, page by page', async (subject, field) => {
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = (await answer(subject, { limit: 1, cursor }, asAdmin('*'))) as { nextCursor: string | null } & Record<string, { owner: string; name: string }[]>;
      seen.push(...(page[field] ?? []).map(({ owner, name }) => `${owner}/${name}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['Bob/shared', 'ann/of-ann', 'ann/shared', 'bob/shared']);
    expect(await codeOf(subject, { cursor: 'shared' }, asAdmin('*'))).toBe('INVALID_REQUEST');
    expect(await codeOf(subject, { cursor: 'ann/shared' }, ANN)).toBe('INVALID_REQUEST');
  });

  it('over REST belongs to whom the gateway knows, whatever a header from outside says', async () => {
    const sent = { headers: { 'sigma-identity': JSON.stringify(ANN) } };
    const { owner } = bodyOf(await installation.rest.post('/v1/collections/over-rest', {}, { method: 'PUT', ...sent })) as { owner: string };
    expect(owner).not.toBe('ann');
    expect(await installation.rest.get('/v1/collections/of-ann', sent)).toMatchObject({ status: 404 });
    expect(await codeOf('search.v1.get-collection', { name: 'over-rest' }, ANN)).toBe('NOT_FOUND');
    expect(await codeOf('search.v1.get-collection', { name: 'over-rest' }, asAdmin(owner))).toBe('OK');
  });
});
