import { models } from '@sigmalang/contracts';
import { Bus, outsideRequests } from '@sigmalang/runtime';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CacheConfig } from './cache.config';

const REFRESH_MS = 2_000;
const ANSWER_MS = 1_000;

/** How long what was answered counts as known: longer than a service takes that is busy, and says so late. */
const KNOWN_MS = 10_000;

/** Knows which embedding models are loaded, the one that answers where none is asked for first; asks for it every two seconds while replies are kept. */
@Injectable()
export class ModelVersions implements OnApplicationBootstrap, OnModuleDestroy {
  private loaded: readonly string[] = [];
  private answeredAt = -Infinity;
  private refreshing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly config: CacheConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.cacheEnabled) return;
    void this.refresh();
    this.timer = setInterval(() => void this.refresh(), REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Ids of the models that are loaded; undefined while that is not known. */
  get ids(): readonly string[] | undefined {
    return performance.now() - this.answeredAt > KNOWN_MS ? undefined : this.loaded;
  }

  /** Asks which models are loaded; what was known stays where nobody answers. Never rejects. */
  refresh(): Promise<void> {
    this.refreshing ??= this.ask().finally(() => { this.refreshing = undefined; });
    return this.refreshing;
  }

  private async ask(): Promise<void> {
    const answer = await outsideRequests(() => this.bus.call(models, {}, ANSWER_MS)).catch(() => undefined);
    if (!answer || answer.embeddings.length === 0) return;
    this.loaded = answer.embeddings.map(({ id }) => id);
    this.answeredAt = performance.now();
  }
}
