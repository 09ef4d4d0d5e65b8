import { prepareEveryRoute } from './every-route-errands';
import { askerOf } from './every-route-load';
import { RestClient } from './rest-client';

interface MadeKey {
  readonly key: string;
}

const MODES = ['exact', 'keyword', 'semantic', 'fuzzy', 'hybrid'] as const;

/** Everything that callers do: every route as it should be asked, what is computed twice, and whatever is refused. */
export async function causeTraffic(origin: string): Promise<void> {
  const ask = askerOf(origin);
  const { errands } = await prepareEveryRoute(ask);
  for (const [n, errand] of errands.entries()) await errand.run(ask, `watched-${n}`);
  for (const mode of MODES) await ask('POST /v1/search', { body: { collection: 'animals', query: 'cats sleep', mode } });
  await causeRefusals(new RestClient(origin));
}

/** Once more what is computed for callers, of other words: what grew from nothing at one look has no rate. */
export async function causeMoreTraffic(origin: string): Promise<void> {
  const rest = new RestClient(origin);
  await insist(rest.post('/v1/analogies/solve', { query: 'Germany:Berlin::Italy:?' }), 200);
  await insist(rest.post('/v1/analogies/explain', { a: 'Germany', b: 'Berlin', c: 'Italy', d: 'Rome' }), 200);
  await insist(rest.post('/v1/lexicon/neighbours', { word: 'queen', topK: 3 }), 200);
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
