import type { ProcessDescription } from '@sigmalang/runtime';
import { StorageConfig, StorageModule } from '@sigmalang/storage';
import { Module } from '@nestjs/common';
import { CollectionsController } from './collections/collections.controller';
import { CollectionsService } from './collections/collections.service';
import { DocumentsController } from './documents/documents.controller';
import { DocumentsService } from './documents/documents.service';
import { EmbeddingClient } from './embedding-client';
import { engineProviders } from './engine/engine-providers';
import { ReembeddingRunner } from './reembedding/reembedding-runner';
import { SearchConfig } from './search.config';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';

/** Keeps collections of documents, and searches them. */
@Module({
  imports: [StorageModule],
  controllers: [SearchController, CollectionsController, DocumentsController],
  providers: [SearchService, CollectionsService, DocumentsService, EmbeddingClient, ReembeddingRunner, ...engineProviders],
})
export class SearchModule {}

/** What a process needs to be search. */
export const SEARCH = { module: SearchModule, config: [SearchConfig, StorageConfig] } satisfies Partial<ProcessDescription>;
