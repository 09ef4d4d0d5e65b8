import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { CollectionStore } from './collection-store';
import type { Database } from './database';
import type { DocumentStore } from './document-store';
import type { SessionStore } from './identity/session-store';

/** After so many days followers need not hear of a removal any more. */
const TOMBSTONE_DAYS = 7;

const HOUR_MS = 3_600_000;

/** What has to be done now and then: each hour removals are forgotten that are a week old, and what is left of removed collections and of ended sessions goes. */
export class StorageUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('StorageUpkeep');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly collections: CollectionStore,
    private readonly documents: DocumentStore,
    private readonly sessions: SessionStore,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.run().catch(() => this.logger.warn({ msg: 'The upkeep of the database is put off' }));
    }, HOUR_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Does all that is to be done. */
  async run(): Promise<void> {
    await this.collections.purgeRemoved();
    await this.documents.pruneTombstones(TOMBSTONE_DAYS);
    await this.sessions.prune();
    // A server does that by itself; the embedded one has no process for it.
    if (this.database.isEmbedded) await this.database.withConnection('vacuum', (client) => client.query('vacuum (analyze)'), { unbounded: true });
  }
}
