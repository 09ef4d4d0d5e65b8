import type { EngineQuery, IndexedDocument } from '../engine/search-engine';
import { LocalIndex } from './local-index';
import type { TimedAnswer } from './local-search';

/** Searches documents that are no collection, in their order as rows. */
export function searchCorpus(documents: readonly IndexedDocument[], dimensions: number, query: EngineQuery): TimedAnswer {
  const index = LocalIndex.create({ dimensions });
  try {
    index.applyAll(1, [documents]);
    const { plan, ...answer } = index.search(query);
    const { vectorSearch } = index;
    return { ...answer, vectorSearch, ...(plan && { plan: Object.assign(plan, { engine: 'corpus' as const }) }) };
  } finally {
    index.close();
  }
}
