import { SearchReplica, type SearchInstallation, startSearchInstallation } from './search-installation';
import { endEverything } from './teardown';

jest.setTimeout(300_000);

let installation: SearchInstallation;

beforeAll(async () => {
  installation = await startSearchInstallation();
  await installation.client.putCollection('books');
});

afterAll(endEverything);

/** Another process of search with the folder of the first. */
function another(): SearchReplica {
  const { search, nats, postgres } = installation;
  return new SearchReplica(search.dataDir, { NATS_URL: nats.url, DATABASE_URL: postgres.url });
}

it('a second process of search in the folder of the first does not start and says why, and the first goes on', async () => {
  const { search, rest } = installation;
  const second = another();
  second.spawn();
  expect(await second.process.exitCode()).toBe(1);
  const said = `The search index in ${search.dataDir}/search is in use by another process; end that one, or set another DATA_DIR`;
  expect(second.process.log).toContainEqual(expect.objectContaining({ level: 'fatal', err: expect.objectContaining({ type: 'FolderInUseError', message: said }) as unknown }));
  expect(second.process.errorOutput).toBe('');
  expect(await rest.post('/v1/search', { query: 'a', collection: 'books' })).toMatchObject({ status: 200 });
});

it.each([
  ['stopped', async () => { expect(await installation.search.process.stop()).toBe(0); }],
  ['killed', () => installation.search.process.kill()],
])('a second one starts in the folder of one that was %s', async (_how, end) => {
  await end();
  await installation.search.start();
  expect(await installation.rest.post('/v1/search', { query: 'a', collection: 'books' })).toMatchObject({ status: 200 });
});
