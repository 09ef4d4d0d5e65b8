import { METRICS } from '@sigmalang/contracts';
import { eventually } from './eventually';
import { type NatsInstallation, startOnNats } from './installations';
import { growth, type Metrics, metricsOf } from './metrics';
import { ProcessUnderTest } from './process-under-test';
import { bodyOf, problemOf, type Reply } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

afterEach(endEverything);

const ASKERS = 16;
const RECOVERED_WITHIN_MS = 5_000;
const PAUSE_MS = 5;

const AWAY = 'The service decoder does not answer at the moment';

const isAnswered = ({ status }: Reply): boolean => status === 200;

/** Many who ask the same over and over, until they are stopped. */
class Load {
  private readonly replies: { readonly askedAt: number; readonly reply: Reply }[] = [];
  private readonly askers: Promise<void>[];
  private isOver = false;

  constructor(private readonly ask: () => Promise<Reply>) {
    this.askers = Array.from({ length: ASKERS }, () => this.goOn());
  }

  /** The answers since this was asked last to what was asked since a moment. */
  take(askedSince = 0): Reply[] {
    return this.replies.splice(0).filter(({ askedAt }) => askedAt >= askedSince).map(({ reply }) => reply);
  }

  /** The first answer from now on that is as it should be, and how long that took, in milliseconds. */
  async until(isSo: (reply: Reply) => boolean): Promise<number> {
    const started = performance.now();
    const seen = this.replies.length;
    await eventually(() => Promise.resolve(this.replies.slice(seen)), (replies) => replies.some(({ reply }) => isSo(reply)));
    return performance.now() - started;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.askers);
  }

  private async goOn(): Promise<void> {
    while (!this.isOver) {
      const askedAt = performance.now();
      this.replies.push({ askedAt, reply: await this.ask() });
      await new Promise((wake) => setTimeout(wake, PAUSE_MS));
    }
  }
}

/** How often each status was answered. */
function statusesOf(replies: readonly Reply[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const breakerOf = (metrics: Metrics, service: string): number | undefined => metrics.get(`${METRICS.circuitBreakerOpen}{service="${service}"}`);

async function expectBreaker({ front }: NatsInstallation, service: string, isOpen: boolean): Promise<void> {
  await eventually(() => metricsOf(front), (metrics) => breakerOf(metrics, service) === (isOpen ? 1 : 0));
}

/** An installation, and how to ask it to decode a text that it encoded. */
async function startDecoding(gatewayEnv: Readonly<Record<string, string>>) {
  const installation = await startOnNats({}, { CACHE_ENABLED: 'false', ...gatewayEnv });
  const { rest } = installation;
  const encode = (): Promise<Reply> => rest.post('/v1/encode', { text: 'a text' });
  const { results } = bodyOf(await encode()) as { results: { vectors: object[] }[] };
  const decode = (): Promise<Reply> => rest.post('/v1/decode', { vectors: results[0]?.vectors });
  return { installation, encode, decode };
}

/** That all answers are either right or problems that say that the service is not there. */
function expectCleanAnswers(replies: readonly Reply[]): void {
  for (const reply of replies) {
    if (isAnswered(reply)) expect(reply.body).toMatchObject({ results: [{ text: 'a text', exact: true }] });
    else expect(problemOf(reply)).toMatchObject(reply.status === 503 ? { code: 'UNAVAILABLE' } : { code: 'TIMEOUT', status: 504 });
  }
}

interface Outage {
  readonly away: (decoder: ProcessUnderTest) => unknown;
  readonly back: (decoder: ProcessUnderTest, nats: string) => unknown;
  /** Labels of the calls that are made again: those that nobody takes; one that is not answered may have been done. */
  readonly retried: readonly string[];
}

describe.each<[string, Outage]>([
  [
    'is killed',
    {
      away: (decoder) => decoder.kill(),
      back: (_decoder, nats) => ProcessUnderTest.start('decoder', { env: { NATS_URL: nats } }),
      retried: ['{service="decoder"}'],
    },
  ],
  [
    'hangs',
    {
      away: (decoder) => { decoder.signal('SIGSTOP'); },
      back: (decoder) => { decoder.signal('SIGCONT'); },
      retried: [],
    },
  ],
])('a service that %s under load', (_how, { away, back, retried }) => {
  it('is not asked until it is back, is asked again within seconds, and leaves the other services as they are', async () => {
    const { installation, encode, decode } = await startDecoding({ REQUEST_TIMEOUT_MS: '3000' });
    const { decoder, nats, front } = installation;
    const before = await metricsOf(front);
    const load = new Load(decode);
    await load.until(isAnswered);
    await away(decoder);
    await expectBreaker(installation, 'decoder', true);
    await load.until(({ body }) => (body as { detail?: string }).detail === AWAY);
    expectCleanAnswers(load.take());

    await load.until(({ status }) => status === 503);
    const refused = load.take();
    expect(new Set(refused.map(({ status }) => status))).not.toContain(200);
    expect(isAnswered(await encode())).toBe(true);
    expect(breakerOf(await metricsOf(front), 'encoder')).toBe(0);

    await back(decoder, nats.url);
    const ms = await load.until(isAnswered);
    console.log(`answered ${ms.toFixed(0)} ms after it was back`);
    expect(ms).toBeLessThan(RECOVERED_WITHIN_MS);
    await expectBreaker(installation, 'decoder', false);
    // What the service had taken before it went away still ends at its deadline.
    const closedAt = performance.now();
    await load.until(isAnswered);
    await load.stop();
    const after = load.take(closedAt);
    expect(after).not.toEqual([]);
    expectCleanAnswers(after);
    expect(statusesOf(after)).toEqual({ 200: after.length });
    expect(Object.keys(growth(METRICS.retries, before, await metricsOf(front)))).toEqual(retried);
    const said = front.log.filter(({ msg }) => /^A service is (away|back)/.test(msg)).map(({ msg, level }) => `${level}: ${msg}`);
    expect(said).toEqual(['warn: A service is away: calls to it are refused until it answers', 'info: A service is back']);
  });
});

it('a call that nobody takes at first is answered when its service comes in time', async () => {
  const settings = { CALL_RETRIES: '8', CALL_RETRY_DELAY_MS: '200', REQUEST_TIMEOUT_MS: '60000' };
  const { installation, decode } = await startDecoding(settings);
  const { decoder, nats, front } = installation;
  expect(await decoder.stop()).toBe(0);
  const answer = decode();
  const retries = async (): Promise<number> => (await metricsOf(front)).get(`${METRICS.retries}{service="decoder"}`) ?? 0;
  await eventually(retries, (count) => count > 0);
  await ProcessUnderTest.start('decoder', { env: { NATS_URL: nats.url } });
  expect((await answer).body).toMatchObject({ results: [{ text: 'a text', exact: true }] });
});

it('no more calls wait for a service that hangs than may; those beyond are refused, and other services are asked as before', async () => {
  const { installation, encode, decode } = await startDecoding({ MOST_CALLS_PER_SERVICE: '2', REQUEST_TIMEOUT_MS: '10000' });
  const { decoder, front } = installation;
  const rejections = async (): Promise<number> => (await metricsOf(front)).get(`${METRICS.bulkheadRejections}{service="decoder"}`) ?? 0;
  decoder.signal('SIGSTOP');
  const waiting = Array.from({ length: 5 }, decode);
  await eventually(rejections, (count) => count === 3);
  expect(isAnswered(await encode())).toBe(true);
  decoder.signal('SIGCONT');
  const replies = await Promise.all(waiting);
  expect(statusesOf(replies)).toEqual({ 200: 2, 503: 3 });
  for (const reply of replies.filter(({ status }) => status === 503)) {
    expect(problemOf(reply)).toMatchObject({ code: 'UNAVAILABLE', detail: 'The service decoder has as many requests as may wait for it: ask again later' });
  }
  expect(isAnswered(await decode())).toBe(true);
});
