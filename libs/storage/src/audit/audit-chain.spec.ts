import fc from 'fast-check';
import { BEGINNING, chained, digestOf, hashOf, isErased, isIntact, type AuditEntry, type NewAuditEntry } from './audit-chain';

const entry = (changes: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  at: new Date('2026-01-02T03:04:05.678Z'),
  action: 'PUT /v1/collections/:name',
  status: 200,
  code: 'OK',
  actor: { subject: 'ann', role: 'admin', address: '127.0.0.1', salt: 'a1' },
  resource: { owner: 'ann', name: 'news', salt: 'b2' },
  ...changes,
});

function one(changes?: Partial<NewAuditEntry>): AuditEntry {
  const [made] = chained(BEGINNING, [entry(changes)]);
  if (!made) throw new Error('no entry');
  return made;
}

describe('the chain of an audit', () => {
  it('has hashes that are the same for ever', () => {
    expect(one().hash).toBe('3703727772b857d0d2e73e55d46a5eeac7d5a51542b81be2bd77f85ebb8f633f');
    expect(digestOf({ salt: 'a1', subject: 'ann' })).toBe(digestOf({ subject: 'ann', salt: 'a1', role: undefined }));
  });

  it('goes on from the entry before', () => {
    const all = chained(BEGINNING, [entry(), entry(), entry()]);
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const [, second, third] = all;
    if (!second || !third) throw new Error('no entries');
    expect(chained(second, [entry()])).toEqual([third]);
    expect(third.hash).toBe(hashOf(second.hash, third));
  });

  it.each<[string, Partial<AuditEntry>]>([
    ['number', { seq: 2 }],
    ['time', { at: new Date('2026-01-02T03:04:05.679Z') }],
    ['action', { action: 'GET /v1/collections/:name' }],
    ['status', { status: 201 }],
    ['code', { code: 'NOT_FOUND' }],
    ['actor', { actor: { subject: 'bob', role: 'admin', address: '127.0.0.1', salt: 'a1' } }],
    ['salt', { actor: { subject: 'ann', role: 'admin', address: '127.0.0.1', salt: 'a2' } }],
    ['actor, beside a pseudonym', { actor: { pseudonym: `erased-${'0'.repeat(16)}`, subject: 'bob' } }],
    ['resource', { resource: { owner: 'ann', name: 'olds', salt: 'b2' } }],
    ['resource, which is gone', { resource: null }],
    ['resource, gone with its digest', { resource: null, resourceDigest: null }],
    ['digest of the actor', { actorDigest: digestOf({ salt: 'x' }) }],
    ['hash', { hash: BEGINNING.hash }],
  ])('shows another %s', (_what, changes) => {
    const made = one();
    expect(isIntact(BEGINNING.hash, made)).toBe(true);
    expect(isIntact(BEGINNING.hash, { ...made, ...changes })).toBe(false);
    expect(isIntact(made.hash, made)).toBe(false);
  });

  it('stays whole where somebody is erased', () => {
    const erased = { pseudonym: `erased-${'0f'.repeat(8)}` };
    expect(isErased(erased)).toBe(true);
    expect(isIntact(BEGINNING.hash, { ...one(), actor: erased, resource: erased })).toBe(true);
  });

  it('tells texts from one another, whatever is in them', () => {
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string(), fc.string()), fc.tuple(fc.string(), fc.string(), fc.string()), (a, b) => {
        const hash = ([action, code, name]: typeof a): string => one({ action, code, resource: { name, salt: '' } }).hash;
        expect(hash(a) === hash(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
