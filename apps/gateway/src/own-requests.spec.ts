import Fastify from 'fastify';
import { asGateway, isOwnRequest } from './own-requests';

describe("a request that is the gateway's own", () => {
  const fastify = Fastify();
  const seen: boolean[] = [];
  fastify.addHook('onRequest', (request, _reply, done) => {
    seen.push(isOwnRequest(request));
    done();
  });
  fastify.get('/', () => 'x');
  beforeEach(() => { seen.length = 0; });
  afterAll(() => fastify.close());

  it('is one that it injects as itself', async () => {
    await asGateway(async () => await fastify.inject('/'));
    expect(seen).toEqual([true]);
  });

  it('is no other that is injected, before, after or meanwhile', async () => {
    await Promise.all([fastify.inject('/'), asGateway(() => Promise.resolve()), fastify.inject('/')]);
    expect(seen).toEqual([false, false]);
  });

  it('is none that comes over a connection, even one that is made and listened for as itself', async () => {
    await asGateway(async () => {
      const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
      await fetch(url, { headers: { connection: 'close' } });
    });
    expect(seen).toEqual([false]);
  });
});
