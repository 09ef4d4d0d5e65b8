import { type RecordOperand, ServiceError } from '@sigmalang/contracts';
import { BaseConfig } from '@sigmalang/runtime';
import { askedBy } from '@sigmalang/runtime/requests-under-test';
import { Logger } from '@nestjs/common';
import { DamagedRecordError, type KeptRecord, type ListedRecords, RecordStore } from './record-store';
import { RecordsService } from './records.service';

/** Keeps the records of ann in memory, and those of nobody else; the one named `damaged` is. */
class FakeStore extends RecordStore {
  readonly records = new Map<string, KeptRecord>();

  constructor() {
    super(new BaseConfig());
  }

  override get(owner: string, name: string): Promise<KeptRecord | undefined> {
    if (owner !== 'ann') return Promise.resolve(undefined);
    return name === 'damaged' ? Promise.reject(new DamagedRecordError(name)) : Promise.resolve(this.records.get(name));
  }

  override put(_owner: string, record: KeptRecord): Promise<void> {
    this.records.set(record.name, record);
    return Promise.resolve();
  }

  override delete(_owner: string, name: string): Promise<boolean> {
    return Promise.resolve(this.records.delete(name));
  }

  override erase(): Promise<number> {
    const { size } = this.records;
    this.records.clear();
    return Promise.resolve(size);
  }

  override list(owner: string, limit: number, cursor = ''): Promise<ListedRecords> {
    return Promise.resolve({ records: [`${limit}`, cursor].map((name) => ({ owner, name })), nextCursor: null });
  }
}

const usa = [{ role: 'currency', filler: 'dollar' }, { role: 'capital', filler: 'washington' }, { role: 'name', filler: 'usa' }];
const mexico = [{ role: 'currency', filler: 'peso' }, { role: 'capital', filler: 'mexico city' }, { role: 'name', filler: 'mexico' }];

let store: FakeStore;
let service: RecordsService;

beforeAll(() => { Logger.overrideLogger(false); });

beforeEach(async () => {
  store = new FakeStore();
  service = askedBy('ann', new RecordsService(store));
  await store.put('ann', { name: 'usa', pairs: usa });
  await store.put('ann', { name: 'mexico', pairs: mexico });
});

/** How an action fails, as a code and the fields that it names. */
async function failureOf(action: Promise<unknown>): Promise<unknown> {
  const error: unknown = await action.then(() => 'no failure', (failure: unknown) => failure);
  return error instanceof ServiceError ? [error.code, ...error.errors.map(({ field }) => field)] : error;
}

describe('a structured analogy', () => {
  it('means the same by the names of its records and by their pairs', async () => {
    const byName = await service.structured({ source: { name: 'usa' }, target: { name: 'mexico' }, filler: 'dollar' });
    expect(byName).toMatchObject({ answer: 'peso', role: 'currency', method: 'roles', expected: { similarity: 0.5 } });
    expect(await service.structured({ source: { pairs: usa }, target: { pairs: mexico }, filler: 'dollar' })).toEqual(byName);
    expect(await service.structured({ source: { pairs: usa.toReversed() }, target: { name: 'mexico' }, filler: 'dollar' })).toEqual(byName);
  });

  it('is of 10,000 dimensions, by roles and with five alternatives unless the request says otherwise', async () => {
    const request = { source: { name: 'usa' }, target: { pairs: mexico }, filler: 'dollar' };
    const said = { ...request, dimensions: 10_000, method: 'roles', topK: 5 } as const;
    expect(await service.structured(request)).toEqual(await service.structured(said));
    const other = await service.structured({ ...said, dimensions: 1_024, method: 'mapping', topK: 1 });
    expect(other).toMatchObject({ answer: 'peso', method: 'mapping', expected: { similarity: 0.25 } });
    expect(other.alternatives).toHaveLength(1);
    expect(((1 - other.similarity) * 1_024) / 2).toBe(Math.round(((1 - other.similarity) * 1_024) / 2));
  });

  it('of the largest records is answered', async () => {
    const pairs = (name: string) => Array.from({ length: 64 }, (_pair, i) => ({ role: `r${i}`, filler: `${name}${i}` }));
    const request = { source: { pairs: pairs('a') }, target: { pairs: pairs('b') }, filler: 'a63', dimensions: 65_536 };
    expect(await service.structured(request)).toMatchObject({ answer: 'b63', role: 'r63' });
  });

  it.each<[RecordOperand, RecordOperand, unknown[]]>([
    [{ name: 'canada' }, { name: 'mexico' }, ['NOT_FOUND', 'source.name']],
    [{ name: 'usa' }, { name: 'canada' }, ['NOT_FOUND', 'target.name']],
    [{ name: 'damaged' }, { name: 'mexico' }, ['INTERNAL']],
  ])('between %o and %o fails as %j', async (source, target, failure) => {
    expect(await failureOf(service.structured({ source, target, filler: 'dollar' }))).toEqual(failure);
  });
});

describe('a kept record', () => {
  it('is answered with its pairs and what is expected of it when it is put, asked for and removed', async () => {
    const described = { name: 'usa', pairs: usa, expected: expect.objectContaining({ similarity: 0.5, threshold: expect.closeTo(0.25, 3) as number }) as unknown };
    expect(await service.put({ name: 'usa', pairs: usa })).toEqual(described);
    expect(await service.get({ name: 'usa' })).toEqual(described);
    expect(await service.delete({ name: 'usa' })).toEqual(described);
    expect(store.records.has('usa')).toBe(false);
  });

  it.each<[string, () => Promise<unknown>, unknown[]]>([
    ['asked for', () => service.get({ name: 'canada' }), ['NOT_FOUND', 'name']],
    ['removed', () => service.delete({ name: 'canada' }), ['NOT_FOUND', 'name']],
    ['asked for while its file is damaged', () => service.get({ name: 'damaged' }), ['INTERNAL']],
  ])('that is not there is not found when it is %s', async (_what, action, failure) => {
    expect(await failureOf(action())).toEqual(failure);
  });

  it('that somebody else removes at the same time is not found', async () => {
    jest.spyOn(store, 'delete').mockResolvedValue(false);
    expect(await failureOf(service.delete({ name: 'usa' }))).toEqual(['NOT_FOUND', 'name']);
  });

  it('is erased with all others', async () => {
    expect(await service.erase()).toEqual({ records: 2 });
    expect(store.records.size).toBe(0);
    expect(await failureOf(askedBy('ops', new RecordsService(store), '*').erase())).toEqual(['INVALID_REQUEST', 'owner']);
  });

  it('is that of its owner alone, whoever asks for it', async () => {
    expect(await askedBy('ops', new RecordsService(store), 'ann').get({ name: 'usa' })).toMatchObject({ name: 'usa', pairs: usa });
    const bob = askedBy('bob', new RecordsService(store));
    expect(await failureOf(bob.get({ name: 'usa' }))).toEqual(['NOT_FOUND', 'name']);
    expect(await failureOf(bob.structured({ source: { name: 'usa' }, target: { pairs: mexico }, filler: 'dollar' }))).toEqual(['NOT_FOUND', 'source.name']);
    expect(await bob.list({ limit: 1 })).toMatchObject({ records: [{ owner: 'bob' }, { owner: 'bob' }] });
  });

  it('is of no owner in particular in lists alone', async () => {
    const all = askedBy('ops', new RecordsService(store), '*');
    expect(await all.list({ limit: 1 })).toMatchObject({ records: [{ owner: '*' }, { owner: '*' }] });
    expect(await failureOf(all.get({ name: 'usa' }))).toEqual(['INVALID_REQUEST', 'owner']);
    expect(await failureOf(all.put({ name: 'usa', pairs: usa }))).toEqual(['INVALID_REQUEST', 'owner']);
    expect(await failureOf(all.delete({ name: 'usa' }))).toEqual(['INVALID_REQUEST', 'owner']);
    expect(await failureOf(all.structured({ source: { name: 'usa' }, target: { pairs: mexico }, filler: 'dollar' }))).toEqual(['INVALID_REQUEST', 'owner']);
  });

  it('is listed, 50 at once unless the request says otherwise', async () => {
    expect(await service.list({})).toEqual({ records: [{ owner: 'ann', name: '50' }, { owner: 'ann', name: '' }], nextCursor: null });
    expect(await service.list({ limit: 3, cursor: 'm' })).toEqual({ records: [{ owner: 'ann', name: '3' }, { owner: 'ann', name: 'm' }], nextCursor: null });
  });
});
