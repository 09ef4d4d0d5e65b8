import { METRICS } from '@sigmalang/contracts';
import { currentRequest } from '@sigmalang/runtime';
import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { register } from 'prom-client';
import { trackRequests } from './http-requests';

let fastify: FastifyInstance;

beforeEach(() => {
  Logger.overrideLogger(false);
  register.resetMetrics();
  fastify = new FastifyAdapter().getInstance();
  trackRequests(fastify, 60_000);
});
afterEach(() => fastify.close());

async function all(metric: string): Promise<readonly (Record<string, string | number | undefined> & { readonly value: number })[]> {
  const { values } = (await register.getSingleMetric(metric)?.get()) ?? { values: [] };
  return values.map(({ labels, value }) => ({ ...labels, value }));
}

async function counted(metric: string): Promise<unknown> {
  return (await all(metric)).filter(({ value }) => value > 0);
}

it('a route is seen with the outcomes of the service levels before anybody asked for it, whatever else it may be asked by', async () => {
  fastify.get('/things/:id', () => ({}));
  fastify.route({ method: ['PUT', 'OPTIONS'], url: '/things', handler: () => ({}) });
  await fastify.ready();
  const codes = ['OK', 'INTERNAL', 'UNAVAILABLE', 'TIMEOUT'];
  const shown = ['GET /things/:id', 'PUT /things'].flatMap((contract) => codes.map((code) => ({ contract, code, value: 0 })));
  expect(await all(METRICS.requests)).toEqual(shown);
});

describe('what goes on for a request', () => {
  it.each([
    ['answered', 200, () => ({})],
    ['refused', 500, () => { throw new Error('one group failed'); }],
  ])('is cancelled when it is %s, which itself does not count as cancelled', async (_what, status, answer) => {
    const atAnswer: unknown[] = [];
    const left = Promise.withResolvers<unknown>();
    fastify.get('/left', () => {
      const signal = currentRequest()?.signal;
      signal?.addEventListener('abort', () => { left.resolve(undefined); });
      atAnswer.push(signal?.aborted);
      return answer();
    });
    const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
    expect((await fetch(`${url}/left`, { headers: { connection: 'close' } })).status).toBe(status);
    await left.promise;
    expect(atAnswer).toEqual([false]);
    expect(await counted(METRICS.requests)).toEqual([{ contract: 'GET /left', code: 'OK', value: 1 }]);
  });
});
