import { configureLimits, type Contract, limits, SERVICES, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, Bus, HealthChecks } from '@sigmalang/runtime';
import { version } from '@sigmalang/package';
import { register } from 'prom-client';
import { GatewayConfig } from './gateway.config';
import { InfoService } from './info.service';

/** How the services fare: those that are not named here are ready. */
type Fate = 'dead' | 'not ready';

const LOADED = [{ id: 'tiny@1', dimensions: 2, words: 9 }];

/** Answers for services according to their fate, and notes how long it is to wait for each. */
class FakeBus extends Bus {
  readonly waits: number[] = [];

  constructor(private readonly fates: Readonly<Record<string, Fate>>) {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override call<Request extends object, Response extends object>(
    { subject }: Contract<Request, Response>,
    _request: Request,
    timeoutMs = Infinity,
  ): Promise<Response> {
    this.waits.push(timeoutMs);
    const [service = '', , verb] = subject.split('.');
    const fate = this.fates[service];
    if (fate === 'dead') return Promise.reject(new ServiceError('UNAVAILABLE', `Nobody answers ${subject}`));
    const answer = verb === 'models' ? { embeddings: LOADED } : { service, ready: fate !== 'not ready' };
    return Promise.resolve(answer as unknown as Response);
  }
}

function infoWith(fates: Readonly<Record<string, Fate>> = {}) {
  register.clear();
  const checks = new HealthChecks();
  const bus = new FakeBus(fates);
  const base = Object.assign(new BaseConfig(), { build: 'b17', requestTimeoutMs: 7_000 });
  const config = Object.assign(new GatewayConfig(), { maxBodyBytes: 2_000, maxVectorBodyBytes: 3_000 });
  return { service: new InfoService(bus, base, config, checks), checks, bus };
}

const allReady = SERVICES.map((name) => ({ name, ready: true }));
const byDefault = { ...limits };
afterEach(() => {
  configureLimits(byDefault);
});

describe('the information about an installation', () => {
  it('holds version, build, services, models, features and the limits in force', async () => {
    configureLimits({ textCharacters: 11, textsPerCall: 12, vectorsPerCall: 13 });
    expect(await infoWith().service.info()).toEqual({
      version,
      build: 'b17',
      services: allReady,
      models: LOADED,
      limits: {
        textCharacters: 11,
        textsPerCall: 12,
        vectorsPerCall: 13,
        documentsPerCall: 1_000,
        corpusTexts: 256,
        metadataKeys: 64,
        metadataBytes: 16_384,
        topK: 100,
        bodyBytes: 2_000,
        vectorBodyBytes: 3_000,
        requestTimeoutMs: 7_000,
      },
      features: ['vectors', 'similarity', 'embeddings', 'analogies', 'neighbours', 'search'],
    });
  });

  it.each<[name: string, Fate, models: object[]]>([
    ['encoder', 'dead', LOADED],
    ['decoder', 'dead', LOADED],
    ['nlp', 'dead', []],
    ['analogy', 'dead', LOADED],
    ['search', 'dead', LOADED],
    ['encoder', 'not ready', LOADED],
    ['decoder', 'not ready', LOADED],
    ['nlp', 'not ready', LOADED],
    ['analogy', 'not ready', LOADED],
    ['search', 'not ready', LOADED],
  ])('is given when %s is %s, which shows', async (name, fate, models) => {
    const info = await infoWith({ [name]: fate }).service.info();
    expect(info.services).toEqual(SERVICES.map((each) => ({ name: each, ready: each !== name })));
    expect(info.models).toEqual(models);
  });

  it('waits at most a second for each service', async () => {
    const { service, bus } = infoWith();
    await service.info();
    expect(bus.waits).toEqual([1_000, ...SERVICES.map(() => 1_000)]);
  });
});

describe('the health of the gateway', () => {
  it('shows every service, and its readiness depends on none', async () => {
    const { checks } = infoWith();
    expect(checks.list(true)).toEqual([]);
    const details = await Promise.all(checks.list(false).map(async ([name, check]) => [name, await check()]));
    expect(details).toEqual(SERVICES.map((service) => [service, { service }]));
  });

  it.each<Fate>(['dead', 'not ready'])('shows the service that is %s as down, and the others as up', async (fate) => {
    const { checks } = infoWith({ decoder: fate });
    const results = await Promise.allSettled(checks.list(false).map(async ([, check]) => check()));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  });
});
