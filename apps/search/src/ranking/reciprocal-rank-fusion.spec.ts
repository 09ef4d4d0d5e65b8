import fc from 'fast-check';
import { BestRows } from './best-rows';
import { withFeedback } from './query-feedback';
import { FUSION_DEPTH, fuseRankings } from './reciprocal-rank-fusion';

describe('fuseRankings', () => {
  it('adds weight / (60 + rank) over the lists, equal rows by age', () => {
    const { rows, scores } = fuseRankings([{ rows: [7, 3], weight: 0.7 }, { rows: [5, 3], weight: 0.3 }, { rows: [9], weight: 0 }], 10);
    expect(Array.from(rows)).toEqual([3, 7, 5]);
    expect(Array.from(scores)).toEqual([0.016129, 0.011475, 0.004918]);
    expect(Array.from(fuseRankings([{ rows: [8], weight: 0.5 }, { rows: [2], weight: 0.5 }], 1).rows)).toEqual([2]);
  });

  it('looks at 200 places of a list', () => {
    const rows = Array.from({ length: 300 }, (_, i) => i);
    expect(fuseRankings([{ rows, weight: 1 }], 1000).rows).toHaveLength(FUSION_DEPTH);
  });
});

describe('BestRows', () => {
  it('keeps what sorting keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), fc.nat(20), (scores, limit) => {
        const best = new BestRows(limit);
        const order = scores.map((score, row) => ({ row, score })).sort((a, b) => b.score - a.score || a.row - b.row);
        scores.forEach((_, i) => best.add((i * 7) % scores.length, scores[(i * 7) % scores.length] ?? 0));
        if (scores.length % 7 !== 0) expect(Array.from(best.ranked().rows)).toEqual(order.slice(0, limit).map(({ row }) => row));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe('withFeedback', () => {
  const [x, y, none] = [Float32Array.of(1, 0), Float32Array.of(0, 1), new Float32Array(2)];

  it('moves a query towards its best documents as much as they have of it', () => {
    expect(Array.from(withFeedback(x, [{ embedding: y, score: 9 }], 9)).map((value) => value.toFixed(4))).toEqual(['0.4472', '0.8944']);
    expect(Array.from(withFeedback(x, [{ embedding: y, score: 4.5 }], 9)).map((value) => value.toFixed(4))).toEqual(['0.7071', '0.7071']);
  });

  it.each([
    ['no documents', x, []],
    ['documents that have nothing of it', x, [{ embedding: y, score: 0 }]],
    ['a fourth document', x, [x, x, x, y].map((embedding) => ({ embedding, score: 1 }))],
    ['a query without content', none, [{ embedding: y, score: 1 }]],
  ])('leaves it as it is with %s', (_title, query, documents) => {
    expect(withFeedback(query, documents, 1)).toEqual(query);
  });
});
