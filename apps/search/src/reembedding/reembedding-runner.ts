import { ServiceError } from '@sigmalang/contracts';
import { outsideRequests } from '@sigmalang/runtime';
import { type ReembeddingJob, ReembeddingStore } from '@sigmalang/storage';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddingClient, missingEmbedding } from '../embedding-client';
import { SearchEngine } from '../engine/search-engine';

/** How long a job is this process's without a sign of life; another takes it over after that. */
const LEASE_MS = 30_000;

/** How often to look for jobs that nobody told of. */
const LOOK_MS = 5_000;

/** Documents that are embedded at once. */
const BATCH = 128;

/** How long to wait after a failure that may pass. */
const RETRY_MS = 2_000;

/**
 * Embeds collections by another model: document by document beside the embeddings that are in use, then all at once in their place. A job is
 * worked on by one process at a time; what a process that dies has done is kept.
 */
@Injectable()
export class ReembeddingRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ReembeddingRunner');
  private readonly stopped = new AbortController();
  private awake = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly jobs: ReembeddingStore,
    private readonly embeddings: EmbeddingClient,
    private readonly engine: SearchEngine,
  ) {}

  onApplicationBootstrap(): void {
    this.running = outsideRequests(() => this.run());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    this.wake();
    await this.running;
  }

  /** Looks for jobs now. */
  wake(): void {
    this.awake.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const job = await this.jobs.claim(LEASE_MS).catch(() => undefined);
      if (job) await this.work(job);
      else await this.rest(LOOK_MS);
    }
  }

  private async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.awake.signal }).catch(() => undefined);
    this.awake = new AbortController();
  }

  /** Works on a job until it is done, lost or hopeless. */
  private async work(job: ReembeddingJob): Promise<void> {
    const progress = { done: job.done, after: '' };
    while (!this.stopped.signal.aborted) {
      try {
        if (!(await this.step(job, progress))) return;
      } catch (error) {
        if (!(await this.mayGoOn(job, error))) return;
        await this.rest(RETRY_MS);
      }
    }
  }

  /** Embeds some of the documents, or puts all embeddings in their place when there are none left; says whether there is more to do. */
  private async step(job: ReembeddingJob, progress: { done: number; after: string }): Promise<boolean> {
    const documents = await this.jobs.pending(job, BATCH, progress.after);
    const last = documents.at(-1);
    if (last) {
      const embeddings = await this.embeddings.embed(
        documents.map(({ text }) => text),
        job.model,
      );
      await this.jobs.save(job, documents.map(({ id, seq }, i) => ({ id, seq, embedding: embeddings[i] ?? missingEmbedding() })));
      progress.after = last.id;
      progress.done += documents.length;
    } else if (await this.jobs.finish(job, this.engine.within)) {
      await this.engine.changed();
      this.logger.log({ msg: 'A collection has other embeddings', collection: job.collectionId, model: job.model });
      return false;
    } else progress.after = ''; // some were written meanwhile
    return this.jobs.heartbeat(job, LEASE_MS, progress.done); // false where it was replaced, or the collection is gone
  }

  /** Whether what failed may pass; a model that is not there ends the job. */
  private async mayGoOn(job: ReembeddingJob, error: unknown): Promise<boolean> {
    const { code, message } = error instanceof ServiceError ? error : { code: 'INTERNAL', message: 'it failed; the log has the cause' };
    const mayPass = ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].includes(code);
    this.logger.warn({ msg: 'Embedding a collection anew failed', collection: job.collectionId, code, again: mayPass, ...(code === 'INTERNAL' && { err: error }) });
    if (!mayPass) await this.jobs.fail(job, message).catch(() => undefined);
    return mayPass;
  }
}
