import { type Contract, ServiceError } from '@sigmalang/contracts';
import { Bus, currentRequest, openRequest, withRequest } from '@sigmalang/runtime';
import { CacheConfig } from './cache.config';
import { ModelVersions } from './model-versions';

/** Lists models, or fails. */
class FakeBus extends Bus {
  loaded: string[] | Error = [];
  asked = 0;
  askedWithin: unknown;

  constructor() {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override async call<Request extends object, Response extends object>({ subject }: Contract<Request, Response>): Promise<Response> {
    expect(subject).toBe('nlp.v1.models');
    this.asked++;
    this.askedWithin = currentRequest();
    await Promise.resolve();
    if (this.loaded instanceof Error) throw this.loaded;
    return { embeddings: this.loaded.map((id) => ({ id, dimensions: 1, words: 1 })) } as unknown as Response;
  }
}

let bus: FakeBus;
let versions: ModelVersions;

beforeEach(() => {
  jest.useFakeTimers();
  bus = new FakeBus();
  versions = new ModelVersions(bus, new CacheConfig());
});
afterEach(() => {
  versions.onModuleDestroy();
  jest.useRealTimers();
});

const away = new ServiceError('UNAVAILABLE', 'Nobody answers nlp.v1.models');

describe('the models that are loaded', () => {
  it('are not known before nlp answers, nor while it has none', async () => {
    bus.loaded = away;
    await versions.refresh();
    expect(versions.ids).toBeUndefined();
    bus.loaded = [];
    await versions.refresh();
    expect(versions.ids).toBeUndefined();
    bus.loaded = ['b@1', 'a@2'];
    await versions.refresh();
    expect(versions.ids).toEqual(['b@1', 'a@2']);
  });

  it('are asked for at the start and every two seconds, until the process stops', async () => {
    bus.loaded = ['a@1'];
    versions.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1_999);
    expect([bus.asked, versions.ids]).toEqual([1, ['a@1']]);
    bus.loaded = ['a@2'];
    await jest.advanceTimersByTimeAsync(1);
    expect([bus.asked, versions.ids]).toEqual([2, ['a@2']]);
    versions.onModuleDestroy();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(bus.asked).toBe(2);
  });

  it('are not asked for where no reply is kept', async () => {
    new ModelVersions(bus, Object.assign(new CacheConfig(), { cacheEnabled: false })).onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(bus.asked).toBe(0);
  });

  it('stay known for ten seconds in which nobody answers, as when nlp is busy, and no longer', async () => {
    bus.loaded = ['a@1'];
    versions.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(0);
    bus.loaded = away;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(versions.ids).toEqual(['a@1']);
    await jest.advanceTimersByTimeAsync(1);
    expect(versions.ids).toBeUndefined();
    bus.loaded = ['a@1'];
    await jest.advanceTimersByTimeAsync(2_000);
    expect(versions.ids).toEqual(['a@1']);
  });

  it('are asked for once by all who want to know at the same time, and by no request', async () => {
    bus.loaded = ['a@1'];
    await withRequest(openRequest(1_000), () => Promise.all([versions.refresh(), versions.refresh()]));
    expect([bus.asked, bus.askedWithin]).toEqual([1, undefined]);
    await versions.refresh();
    expect(bus.asked).toBe(2);
  });
});
