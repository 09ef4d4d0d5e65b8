import { STORAGE_KINDS, StorageUnderTest, type StoresUnderTest } from './storage-under-test';

describe.each(STORAGE_KINDS)('the lists of collections, %s', (kind) => {
  let storage: StorageUnderTest;
  let stores: StoresUnderTest;

  beforeAll(async () => {
    storage = await StorageUnderTest.start(kind);
    stores = await storage.open();
  }, 60_000);

  afterAll(() => storage.remove());

  it('are of all owners, by owner and name, page by page', async () => {
    const made = [['every-b', 'a'], ['every-a', 'z'], ['every-B', 'm'], ['every-a', 'b']] as const;
    for (const [owner, name] of made) await stores.collections.put(owner, name, { model: 'm@1', dimensions: 2 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stores.collections.list('*', 2, cursor);
      seen.push(...page.collections.map(({ owner, name }) => `${owner}/${name}`));
      cursor = page.nextCursor ?? undefined;
      expect(cursor).toBe(cursor === undefined ? undefined : seen.at(-1));
    } while (cursor !== undefined);
    expect(seen).toEqual(['every-B/m', 'every-a/b', 'every-a/z', 'every-b/a']);
    expect((await stores.collections.list('every-a', 10)).collections.map(({ name }) => name)).toEqual(['b', 'z']);
  });

  it.each([['*', 'a'], ['ann', 'ann/a']])('of %s do not go on at %s', async (owner, cursor) => {
    await expect(stores.collections.list(owner, 1, cursor)).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'cursor', rule: 'listCursor' }] });
  });
});
