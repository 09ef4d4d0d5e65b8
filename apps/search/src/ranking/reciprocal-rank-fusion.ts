import { roundScore } from '../keyword/bm25';
import { BestRows, type RankedRows } from './best-rows';

/** The constant of the method: how little the first places stand out. */
export const FUSION_K = 60;

/** Places of each list that count. Beyond 100 nothing changes among the first 10 results (`npm run bench -- search-quality`); 200 serve the first 100. */
export const FUSION_DEPTH = 200;

/** A list of rows, best first, and how much it counts. */
export interface RankedList {
  readonly rows: ArrayLike<number>;
  /** 0 to 1; a list of weight 0 adds no rows. */
  readonly weight: number;
}

/**
 * The best rows of several lists by the sum of weight / (60 + rank), rank from 1 (Cormack, Clarke and Büttcher, Reciprocal Rank Fusion, SIGIR 2009);
 * scores rounded to 6 decimals, equal ones by row. Of each list the first 200 count.
 */
export function fuseRankings(lists: readonly RankedList[], limit: number, depth = FUSION_DEPTH): RankedRows {
  const scores = new Map<number, number>();
  for (const { rows, weight } of lists) {
    if (weight === 0) continue;
    for (let i = 0; i < Math.min(rows.length, depth); i++) {
      const row = rows[i] ?? 0;
      scores.set(row, (scores.get(row) ?? 0) + weight / (FUSION_K + i + 1));
    }
  }
  const best = new BestRows(Math.min(limit, scores.size));
  for (const [row, score] of scores) best.add(row, roundScore(score));
  return best.ranked();
}
