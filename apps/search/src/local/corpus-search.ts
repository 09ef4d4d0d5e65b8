import type { EngineAnswer, EngineQuery, IndexedDocument } from '../engine/search-engine';
import { LocalIndex } from './local-index';

/** Searches documents that are no collection, in their order as rows. */
export function searchCorpus(documents: readonly IndexedDocument[], dimensions: number, query: EngineQuery): EngineAnswer {
  const index = LocalIndex.create({ dimensions });
  try {
    index.applyAll(1, [documents]);
    const { plan, ...answer } = index.search(query);
    return plan ? { ...answer, plan: Object.assign(plan, { engine: 'corpus' as const }) } : answer;
  } finally {
    index.close();
  }
}
