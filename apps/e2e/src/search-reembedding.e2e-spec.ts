import type { CollectionResponse, Identity, NewDocument, SearchResponse } from '@sigmalang/contracts';
import { connect } from 'nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { fromWhom } from './nats-identity';
import { type MadeModel, madeCosine, NlpStandIn } from './nlp-stand-in';
import { type SearchInstallation, startSearchInstallation } from './search-installation';
import { seededRandom } from './seeded-random';
import { endEverything } from './teardown';

jest.setTimeout(180_000);

const BEFORE: MadeModel = { id: 'made-before@1', dimensions: 24 };
const AFTER: MadeModel = { id: 'made-after@2', dimensions: 40 };
const MODELS = new Map([BEFORE, AFTER].map((model) => [model.id, model]));

const COUNT = 1_500;
const SLOW_MS = 120;
const MOST_WRITES = 40;
const WORDS = 'river boat night garden stone winter music horse candle letter island engine paper forest bridge'.split(' ');
const QUERY = 'a boat on the river at night';

/** A job that was left by a process that died is taken up after half a minute. */
const PATIENCE_MS = 90_000;

let installation: SearchInstallation;
let nlp: NlpStandIn;

beforeAll(async () => {
  installation = await startSearchInstallation({
    env: { REQUEST_TIMEOUT_MS: '5000', SNAPSHOT_INTERVAL_MS: '1000' },
    startNlp: async ({ url }) => { nlp = await NlpStandIn.start(url, [BEFORE, AFTER]); },
  });
});

afterAll(endEverything);

function madeDocuments(from: number, count: number, random: (below: number) => number): NewDocument[] {
  return Array.from({ length: count }, (_document, i) => ({
    id: `doc-${String(from + i).padStart(5, '0')}`,
    text: [`number${from + i}`, ...Array.from({ length: 6 }, () => WORDS[random(WORDS.length)])].join(' '),
  }));
}

async function fill(name: string): Promise<void> {
  await installation.client.putCollection(name);
  for (const document of [madeDocuments(0, COUNT / 2, seededRandom(1)), madeDocuments(COUNT / 2, COUNT / 2, seededRandom(2))]) {
    await installation.client.put(name, document);
  }
}

const semantic = (name: string): Promise<SearchResponse> =>
  installation.client.search(name, { query: QUERY, mode: 'semantic', topK: 20, threshold: -1, explain: true });

/** The model that an answer says it is of; each score must be the cosine by that model. */
function modelOf({ plan, results }: SearchResponse): string {
  const model = MODELS.get(plan?.model ?? '');
  if (!model) throw new Error(`no such model: ${plan?.model ?? ''}`);
  expect(results.length).toBeGreaterThan(0);
  for (const { score, text } of results) expect(score).toBeCloseTo(madeCosine(model, QUERY, text), 4);
  return model.id;
}

/** Checks a semantic search against all documents, one by one. */
async function expectBest(name: string, model: MadeModel): Promise<void> {
  const answer = await eventually(() => semantic(name), (each) => modelOf(each) === model.id); // the index is swapped after the database
  const documents = await installation.client.documents(name);
  const scored = documents.map(({ id, seq, text }) => ({ id, seq, score: Math.round(madeCosine(model, QUERY, text) * 1e5) }));
  const best = scored.sort((a, b) => b.score - a.score).slice(0, 20);
  expect(answer.total).toBe(documents.length);
  expect(answer.results.map(({ score }) => Math.round(score * 1e5) / 10)).toEqual(best.map(({ score }) => expect.closeTo(score / 10, 0) as unknown));
  expect(answer.results.slice(0, 3).map(({ id }) => id)).toEqual(best.slice(0, 3).map(({ id }) => id));
}

/** Follows the job until it is done; calls `meanwhile` at every look. */
async function follow(name: string, meanwhile: (collection: CollectionResponse, looks: number) => Promise<void>): Promise<CollectionResponse[]> {
  const seen: CollectionResponse[] = [];
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const collection = await installation.client.collection(name);
    seen.push(collection);
    if (!collection.reembedding) return seen;
    if (collection.reembedding.state === 'failed' || Date.now() > deadline) throw new Error(`the job did not end: ${JSON.stringify(collection)}`);
    await meanwhile(collection, seen.length);
    await sleep(50);
  }
}

it('a collection that is given another model is searched by the one before until every document has the other', async () => {
  const { client } = installation;
  await fill('swapped');
  await expectBest('swapped', BEFORE);
  nlp.delayMs = SLOW_MS;
  const begun = await client.putCollection('swapped', { model: AFTER.id });
  expect(begun).toMatchObject({ model: BEFORE.id, documents: COUNT, reembedding: { model: AFTER.id, total: COUNT } });

  const random = seededRandom(3);
  const models: string[] = [];
  const written: NewDocument[] = [];
  const removed: string[] = [];
  const seen = await follow('swapped', async (_collection, looks) => {
    models.push(modelOf(await semantic('swapped')));
    if (looks > MOST_WRITES) return;
    const fresh = madeDocuments(COUNT + 3 * looks, 3, random);
    const again = madeDocuments(20 * looks, 2, random);
    await client.put('swapped', [...fresh, ...again]);
    written.push(...fresh, ...again);
    const gone = `doc-${String(20 * looks + 5).padStart(5, '0')}`;
    expect((await client.tryToDelete('swapped', gone)).status).toBe(200);
    removed.push(gone);
    const [last] = again;
    const found = await client.search('swapped', { query: last?.text ?? '', mode: 'exact' });
    expect(found.results.map(({ id }) => id)).toEqual([last?.id]);
  });
  nlp.delayMs = 0;

  const progress = seen.flatMap(({ reembedding }) => (reembedding ? [reembedding.done] : []));
  expect(new Set(progress).size).toBeGreaterThan(3);
  expect(progress.length).toBeGreaterThan(3);
  expect(models.filter((model) => model === BEFORE.id).length).toBeGreaterThan(3);
  expect(seen.at(-1)).toMatchObject({ model: AFTER.id });
  await expectBest('swapped', AFTER);
  const documents = new Map((await client.documents('swapped')).map(({ id, text }) => [id, text]));
  expect(documents.size).toBe(COUNT + written.length - removed.length - written.filter(({ id = '' }) => id < `doc-0${COUNT}`).length);
  const texts = new Map(written.map(({ id = '', text }) => [id, text]));
  for (const [id, text] of texts) expect([id, documents.get(id)]).toEqual([id, text]);
  for (const id of removed) expect(documents.has(id)).toBe(false);
  console.log(`re-embedded ${COUNT} documents beside ${written.length} writes; ${models.length} searches meanwhile`);
});

it('a job whose process is killed in the middle goes on where it was', async () => {
  const { client, search } = installation;
  await fill('resumed');
  nlp.delayMs = SLOW_MS;
  await client.putCollection('resumed', { model: AFTER.id });
  let killedAt = -1;
  const embeddedBefore = nlp.embedded.get(AFTER.id) ?? 0;
  const seen = await follow('resumed', async ({ reembedding }) => {
    if (killedAt >= 0 || !reembedding || reembedding.done < COUNT / 4) return;
    await search.process.kill();
    killedAt = reembedding.done;
    nlp.delayMs = 0;
    await search.start();
    expect(modelOf(await semantic('resumed'))).toBe(BEFORE.id);
    await client.put('resumed', madeDocuments(COUNT, 10, seededRandom(5)));
  });
  expect(killedAt).toBeGreaterThan(0);
  const progress = seen.flatMap(({ reembedding }) => (reembedding ? [reembedding.done] : []));
  expect(Math.min(...progress.slice(progress.indexOf(killedAt)))).toBeGreaterThanOrEqual(killedAt);
  expect(seen.at(-1)).toMatchObject({ model: AFTER.id, documents: COUNT + 10 });
  const embedded = (nlp.embedded.get(AFTER.id) ?? 0) - embeddedBefore;
  expect(embedded).toBeLessThan(COUNT + killedAt); // what was done is not done again
  await expectBest('resumed', AFTER);
});

it('a model that is not loaded is refused, and nothing changes', async () => {
  await installation.client.putCollection('kept');
  const refused = await installation.rest.post('/v1/collections/kept', { model: 'no-such-model' }, { method: 'PUT' });
  expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ field: 'model' }] } });
  expect(await installation.client.collection('kept')).toMatchObject({ model: BEFORE.id });
  expect(await installation.client.collection('kept')).not.toHaveProperty('reembedding');
});

it('embeds the collection of one owner anew and not that of another under the same name, as the process itself', async () => {
  const client = await connect({ servers: installation.nats.url });
  const ask = async (subject: string, identity: Identity, data: object): Promise<CollectionResponse> => {
    const reply = await client.request(subject, JSON.stringify({ id: '1', pattern: subject, data }), { timeout: 20_000, headers: fromWhom(identity) });
    return reply.json<{ response: CollectionResponse }>().response;
  };
  const developer = (subject: string): Identity => ({ subject, role: 'developer', owner: subject });
  const [ann, bob] = [developer('ann'), developer('bob')];
  nlp.askers.clear();
  for (const owner of [ann, bob]) {
    await ask('search.v1.put-collection', owner, { name: 'mine', model: BEFORE.id });
    await ask('search.v1.put-documents', owner, { name: 'mine', documents: [{ id: 'a', text: 'a boat' }] });
  }
  await ask('search.v1.put-collection', ann, { name: 'mine', model: AFTER.id });
  const state = (owner: Identity): Promise<CollectionResponse> => ask('search.v1.get-collection', owner, { name: 'mine' });
  await eventually(() => state(ann), ({ model, reembedding }) => model === AFTER.id && !reembedding);
  expect(await state(bob)).toMatchObject({ owner: 'bob', model: BEFORE.id });
  expect(nlp.askers).toEqual(new Map([[BEFORE.id, new Set(['ann', 'bob'])], [AFTER.id, new Set(['system:search'])]]));
  await client.close();
});
