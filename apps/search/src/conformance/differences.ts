import type { ScoreParts } from '@sigmalang/contracts';
import type { BothAnswers, BothEngines, ConformanceQuery } from './both-engines';

/** Scores have 6 decimals and may differ by one in the last. */
const TOLERANCE = 1.000001e-6;

/** A query that the engines answer differently, and in what. */
export interface Disagreement {
  readonly asked: ConformanceQuery;
  readonly differences: readonly string[];
}

/** The queries that the engines answer differently. */
export async function disagreements(engines: BothEngines, queries: readonly ConformanceQuery[]): Promise<Disagreement[]> {
  const all: Disagreement[] = [];
  for (const asked of queries) {
    const differences = compare(await engines.search(asked));
    if (differences.length > 0) all.push({ asked, differences });
  }
  return all;
}

/** What two answers differ in; nothing where ids, order, totals, texts, metadata, highlights and parts are the same, and scores to 10⁻⁶. */
function compare({ local, pgvector }: BothAnswers): string[] {
  const found: string[] = [];
  const same = (what: string, a: unknown, b: unknown): void => {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(`${what}: ${JSON.stringify(a)} here, ${JSON.stringify(b)} in the database`);
  };
  same('ids', local.results.map(({ id }) => id), pgvector.results.map(({ id }) => id));
  same('total', local.total, pgvector.total);
  same('seq', local.seq, pgvector.seq);
  same('terms', local.plan?.terms, pgvector.plan?.terms);
  same('candidates', local.plan?.candidates, pgvector.plan?.candidates);
  for (const [i, a] of local.results.entries()) {
    const b = pgvector.results[i];
    if (a.id !== b?.id) continue;
    same(`document ${a.id}`, [a.text, a.highlights, sorted(a.metadata)], [b.text, b.highlights, sorted(b.metadata)]);
    same(`parts of ${a.id}`, places(a.scores), places(b.scores));
    same(`numbers of parts of ${a.id}`, numbersOf(a.scores).length, numbersOf(b.scores).length);
    const [own, others] = [[a.score, ...numbersOf(a.scores)], [b.score, ...numbersOf(b.scores)]];
    if (own.some((score, part) => Math.abs(score - (others[part] ?? NaN)) > TOLERANCE)) found.push(`scores of ${a.id}: ${own.join(' ')} here, ${others.join(' ')} in the database`);
  }
  return found;
}

/** Metadata in one order of keys: `jsonb` has its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}

/** Of the parts of a score what is no score. */
function places(parts: ScoreParts | undefined): unknown {
  return [parts?.keywordRank, parts?.semanticRank, parts?.terms?.map(({ term, frequency }) => [term, frequency])];
}

/** Of the parts of a score the scores. */
function numbersOf(parts: ScoreParts | undefined): number[] {
  return [parts?.keyword, parts?.semantic, ...(parts?.terms ?? []).map(({ score }) => score)].filter((score) => score !== undefined);
}
