import type { FusionWeights } from '@sigmalang/contracts';
import { roundScore } from '../keyword/bm25';
import type { RankedRows } from '../ranking/best-rows';

export const FUSION_DEPTH = 200;
const K = 60;

export function fuseRanks(keyword: RankedRows, semantic: RankedRows, weights: FusionWeights): RankedRows {
  const sums = new Map<number, number>();
  for (const [list, weight] of [[keyword, weights.keyword], [semantic, weights.semantic]] as const) {
    if (weight > 0) list.rows.forEach((row, i) => sums.set(row, (sums.get(row) ?? 0) + weight / (K + i + 1)));
  }
  const fused = Array.from(sums, ([row, sum]) => ({ row, score: roundScore(sum) })).sort((a, b) => b.score - a.score || a.row - b.row);
  return { rows: Uint32Array.from(fused, ({ row }) => row), scores: Float64Array.from(fused, ({ score }) => score) };
}
