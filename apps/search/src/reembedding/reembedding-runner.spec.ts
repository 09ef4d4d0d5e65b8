import { ServiceError } from '@sigmalang/contracts';
import type { ReembeddingStore } from '@sigmalang/storage';
import type { EmbeddingClient } from '../embedding-client';
import type { SearchEngine } from '../engine/search-engine';
import { ReembeddingRunner } from './reembedding-runner';

const job = { collectionId: 1, model: 'other@1', dimensions: 2, generation: 2, done: 0 };

/** A store with one job and documents without embeddings of its model. */
function fakes(texts: readonly string[]) {
  const missing = texts.map((text, i) => ({ id: `d${i}`, text, seq: i + 1 }));
  const finished = Promise.withResolvers<undefined>();
  let isClaimed = false;
  const jobs = {
    claim: jest.fn(() => {
      const claimed = isClaimed ? undefined : job;
      isClaimed = true;
      return Promise.resolve(claimed);
    }),
    pending: jest.fn((_job: unknown, limit: number) => Promise.resolve(missing.slice(0, limit))),
    save: jest.fn((_job: unknown, saved: readonly { id: string; seq: number }[]) => {
      for (const { id, seq } of saved) {
        const at = missing.findIndex((document) => document.id === id && document.seq === seq);
        if (at >= 0) missing.splice(at, 1);
      }
      return Promise.resolve();
    }),
    heartbeat: jest.fn(() => Promise.resolve(true)),
    finish: jest.fn(() => {
      finished.resolve(undefined);
      return Promise.resolve(true);
    }),
    fail: jest.fn(() => {
      finished.resolve(undefined);
      return Promise.resolve();
    }),
  };
  const embeddings = { embed: jest.fn((asked: readonly string[]) => Promise.resolve(asked.map(() => new Float32Array([1, 0])))) };
  const engine = { within: undefined, changed: jest.fn(() => Promise.resolve()) };
  const runner = new ReembeddingRunner(
    jobs as unknown as ReembeddingStore,
    embeddings as unknown as EmbeddingClient,
    engine as unknown as SearchEngine,
  );
  return { jobs, embeddings, engine, runner, missing, finished: finished.promise };
}

it('embeds every document by the new model, and then puts the embeddings in their place', async () => {
  const { runner, jobs, embeddings, engine, missing, finished } = fakes(Array.from({ length: 300 }, (_text, i) => `text ${i}`));
  runner.onApplicationBootstrap();
  await finished;
  await runner.onModuleDestroy();
  expect(missing).toEqual([]);
  expect(embeddings.embed.mock.calls.map(([texts, model]: unknown[]) => [(texts as string[]).length, model])).toEqual([
    [128, 'other@1'],
    [128, 'other@1'],
    [44, 'other@1'],
  ]);
  expect(jobs.finish).toHaveBeenCalledTimes(1);
  expect(engine.changed).toHaveBeenCalledTimes(1);
});

it('goes on where documents came in between the last embedding and the end', async () => {
  const { runner, jobs, missing, finished } = fakes(['a']);
  jobs.finish.mockImplementationOnce(() => {
    missing.push({ id: 'late', text: 'late', seq: 9 });
    return Promise.resolve(false);
  });
  runner.onApplicationBootstrap();
  await finished;
  await runner.onModuleDestroy();
  expect(missing).toEqual([]);
  expect(jobs.finish).toHaveBeenCalledTimes(2);
});

it('fails a job whose model is not loaded, with the reason, and leaves the collection as it is', async () => {
  const { runner, jobs, embeddings, engine, finished } = fakes(['a']);
  embeddings.embed.mockRejectedValue(new ServiceError('UNPROCESSABLE', 'the model is not loaded'));
  runner.onApplicationBootstrap();
  await finished;
  await runner.onModuleDestroy();
  expect(jobs.fail).toHaveBeenCalledWith(job, 'the model is not loaded');
  expect(jobs.finish).not.toHaveBeenCalled();
  expect(engine.changed).not.toHaveBeenCalled();
});

it('gives up a job that is no longer its own', async () => {
  const { runner, jobs } = fakes(['a', 'b']);
  const lost = Promise.withResolvers<undefined>();
  jobs.heartbeat.mockImplementation(() => {
    lost.resolve(undefined);
    return Promise.resolve(false);
  });
  runner.onApplicationBootstrap();
  await lost.promise;
  await runner.onModuleDestroy();
  expect(jobs.finish).not.toHaveBeenCalled();
});

it('tries again after a failure that may pass', async () => {
  const { runner, jobs, embeddings, finished } = fakes(['a']);
  embeddings.embed.mockRejectedValueOnce(new ServiceError('UNAVAILABLE', 'nlp is away'));
  runner.onApplicationBootstrap();
  await new Promise((resolve) => setTimeout(resolve, 20));
  runner.wake(); // instead of waiting
  await finished;
  await runner.onModuleDestroy();
  expect(jobs.fail).not.toHaveBeenCalled();
  expect(jobs.finish).toHaveBeenCalledTimes(1);
});
