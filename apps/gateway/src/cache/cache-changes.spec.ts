import { Flags } from '@sigmalang/runtime';
import type { KeyChanges } from '../identity/key-changes';
import { ErasureHooks } from '../privacy/erasure-hooks';
import { CacheChanges } from './cache-changes';
import type { ReplyCache } from './reply-cache';

describe('the cache of replies', () => {
  const clear = jest.fn(() => Promise.resolve());
  const cache = { epoch: 0, clear, isBypassed: () => false } as unknown as ReplyCache;
  const listeners: (() => void)[] = [];
  const changes = { cacheEpoch: 7, onChange: (listener: () => void) => listeners.push(listener) } as unknown as KeyChanges;
  const erasures = new ErasureHooks();
  const flags = new Flags();
  new CacheChanges(cache, changes, erasures, flags);

  it('takes the epoch of the installation when something changed', () => {
    for (const listener of listeners) listener();
    expect(cache.epoch).toBe(7);
  });

  it('is cleared at an erasure', async () => {
    await erasures.run();
    expect(clear).toHaveBeenCalledTimes(1);
  });

  it.each([
    [true, false],
    [false, true],
  ])('is left out for whom the flag is off: the flag is on %s, left out %s', async (isOn, isBypassed) => {
    jest.spyOn(flags, 'isOn').mockResolvedValue(isOn);
    expect(await cache.isBypassed()).toBe(isBypassed);
  });
});
