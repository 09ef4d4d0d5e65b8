import { COMPUTED, prepareEveryRoute } from './every-route-errands';
import { askerOf } from './every-route-load';
import { RestClient } from './rest-client';

interface MadeKey {
  readonly key: string;
}

const SEARCHES = ['exact', 'keyword', 'semantic', 'fuzzy', 'hybrid'].map((mode) => ['POST /v1/search', { collection: 'animals', query: 'cats sleep', mode }] as const);

/** Callers of everything: whatever they ask is asked at least once by each round, and computed for it. */
export class EveryCaller {
  private rounds = 0;

  /** @param origin of a gateway, or of all in one process */
  constructor(private readonly origin: string) {}

  /** Asks every route as it should be asked, some of it twice so that the cache has it, and whatever is refused. */
  async round(): Promise<void> {
    const [ask, rest, round] = [askerOf(this.origin), new RestClient(this.origin), this.rounds++];
    const { errands } = await prepareEveryRoute(ask);
    for (const [n, errand] of errands.entries()) await errand.run(ask, `watched-${round}-${n}`);
    for (const [route, body] of [...COMPUTED, ...SEARCHES]) {
      await insist(rest.post(route.replace('POST ', ''), body, { headers: { 'cache-control': 'no-store' } }), 200);
    }
    await causeRefusals(rest);
  }
}

/** One answer of each kind that is no success and that callers can cause. */
async function causeRefusals(rest: RestClient): Promise<void> {
  const encode = { text: 'the same text, again and again' };
  await insist(rest.post('/v1/encode', { txt: 1 }), 400);
  await insist(rest.post('/v1/encode', '{'), 400);
  await insist(rest.as('sk_nobody').post('/v1/encode', encode), 401);
  await insist(rest.get('/v1/collections/nothing'), 404);
  await insist(rest.get('/v1/nothing'), 404);
  await insist(rest.post('/v1/encode', { text: 'x'.repeat(2_000_000) }), 413);
  const analyst = await keyOf(rest, { name: 'analyst', role: 'analyst' });
  await insist(rest.as(analyst).post('/v1/keys', { name: 'mine', role: 'admin' }), 403);
  const limited = rest.as(await keyOf(rest, { name: 'limited', role: 'admin', ratePerMinute: 1, burst: 1 }));
  await insist(limited.post('/v1/encode', encode), 200);
  await insist(limited.post('/v1/encode', encode), 429);
}

async function keyOf(rest: RestClient, request: object): Promise<string> {
  return ((await insist(rest.post('/v1/keys', request), 200)) as MadeKey).key;
}

async function insist(asked: ReturnType<RestClient['get']>, status: number): Promise<unknown> {
  const reply = await asked;
  if (reply.status !== status) throw new Error(`expected ${status}, got ${reply.status}: ${reply.text.slice(0, 300)}`);
  return reply.body;
}
