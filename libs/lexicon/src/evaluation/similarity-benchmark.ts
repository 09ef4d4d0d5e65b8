import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spearman } from './rank-correlation';

/** Two sentences and how alike people find them, 0 to 5. */
export interface SentencePair {
  readonly first: string;
  readonly second: string;
  readonly score: number;
}

/** The rows of RFC 4180 text: quoted fields may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (row.length === 0 && quoted === undefined && plain === '' && end === '') continue;
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** The STS benchmark's dev pairs from the folder of measuring data. */
export function readSentencePairs(folder: string): SentencePair[] {
  const rows = parseCsv(readFileSync(join(folder, 'sts/stsb-dev.csv'), 'utf8'));
  return rows.map(([first = '', second = '', score]) => ({ first, second, score: Number(score) }));
}

/** Spearman correlation, in percent, of people's scores with the similarity of vectors: over all pairs, the even and the odd rows. */
export interface PairCorrelation {
  readonly all: number;
  readonly even: number;
  readonly odd: number;
}

/** Correlates the pairs' scores with the similarity of what `embed` makes of them. */
export function pairCorrelation<T>(pairs: readonly SentencePair[], embed: (text: string) => T, similarity: (a: T, b: T) => number): PairCorrelation {
  const rows = pairs.map(({ first, second, score }) => ({ score, similarity: similarity(embed(first), embed(second)) }));
  const correlate = (part: typeof rows) => spearman(part.map((row) => row.similarity), part.map((row) => row.score));
  return { all: correlate(rows), even: correlate(rows.filter((_, i) => i % 2 === 0)), odd: correlate(rows.filter((_, i) => i % 2 === 1)) };
}

/** Cosine of two vectors; 0 where one is all zero. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
