import { openRequest, withRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { IdentityUnderTest } from './identity-under-test';
import { UsedKeys } from './used-keys';

describe('when keys were used', () => {
  let stores: IdentityUnderTest;
  let used: UsedKeys;
  let touched: string[][];

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
    stores = new IdentityUnderTest();
    used = new UsedKeys(stores.keys);
    touched = [];
    jest.spyOn(stores.keys, 'touch').mockImplementation((ids) => {
      touched.push([...ids].sort());
      return Promise.resolve();
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('is written later, of several at once, of each once a minute', async () => {
    for (const id of ['a', 'b', 'a']) used.use(id);
    expect(touched).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(touched).toEqual([['a', 'b']]);
    used.use('a');
    await jest.advanceTimersByTimeAsync(57_000);
    expect(touched).toEqual([['a', 'b']]);
    await jest.advanceTimersByTimeAsync(1_001);
    used.use('a');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(touched).toEqual([['a', 'b'], ['a']]);
  });

  it('is written when the process stops, and nothing where nothing waits', async () => {
    used.use('a');
    await used.beforeApplicationShutdown();
    await used.beforeApplicationShutdown();
    expect(touched).toEqual([['a']]);
  });

  it('is written also where the request is over by then', async () => {
    const caller = new AbortController();
    withRequest(openRequest(1_000, undefined, undefined, caller.signal), () => { used.use('a'); });
    caller.abort();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(touched).toEqual([['a']]);
  });

  it('is left out where the database is away, and nobody fails of it', async () => {
    const warned: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn: (line: unknown) => warned.push(line) });
    jest.spyOn(stores.keys, 'touch').mockRejectedValue(new Error('away'));
    used.use('a');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(warned).toEqual([{ msg: 'It is not written down when keys were used', keys: 1 }]);
  });
});
