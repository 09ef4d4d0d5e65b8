import { BaseConfig, HealthChecks } from '@sigmalang/runtime';
import { ChangeFeed, CollectionStore, Database, DocumentStore } from '@sigmalang/storage';
import type { Provider } from '@nestjs/common';
import { SearchConfig } from '../search.config';
import { CollectionCatalogue } from './local/collection-catalogue';
import { FollowedCollections } from './local/followed-collections';
import { IndexFolder } from './local/index-folder';
import { IndexThread } from './local/index-thread';
import { LocalEngine } from './local/local-engine';
import { PgvectorEngine } from './pgvector/pgvector-engine';
import { SearchEngine } from './search-engine';

/** The one engine of the process, chosen by its settings. */
export const engineProviders: Provider[] = [
  {
    provide: SearchEngine,
    inject: [SearchConfig, BaseConfig, CollectionStore, DocumentStore, Database, ChangeFeed, HealthChecks],
    useFactory: (
      config: SearchConfig,
      base: BaseConfig,
      collections: CollectionStore,
      documents: DocumentStore,
      database: Database,
      feed: ChangeFeed,
      checks: HealthChecks,
    ): SearchEngine => {
      if (config.searchEngine === 'pgvector') return new PgvectorEngine(collections, documents, database, checks, config);
      const followed = new FollowedCollections(new IndexThread(base), documents);
      return new LocalEngine(new IndexFolder(base), followed, new CollectionCatalogue(base), collections, database, feed, config, checks);
    },
  },
];
