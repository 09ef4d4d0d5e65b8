import type { Lexicon } from '@sigmalang/lexicon';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import type { IndexedQuestion } from '../solver/question';

/** A question of the Google analogy test (Mikolov et al. 2013) with its answer. */
export interface GoogleQuestion extends IndexedQuestion {
  readonly section: string;
  readonly d: number;
  /** Whether one of its two pairs is in the catalogue, in either order. */
  readonly isInCatalogue: boolean;
}

/** Every question of the test, in its order, from a folder of measuring data; each of its words is listed. */
export function googleQuestions(folder: string, lexicon: Lexicon): GoogleQuestion[] {
  const pairs = new Set(CATALOGUE.flatMap(({ pairs: known }) => known.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`])));
  let section = '';
  return readFileSync(join(folder, 'analogy/google.txt'), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line): GoogleQuestion[] => {
      if (line.startsWith(':')) {
        section = line.slice(2).trim();
        return [];
      }
      const [a = '', b = '', c = '', d = ''] = line.toLowerCase().trim().split(' ');
      const [indexA, indexB, indexC, indexD] = [a, b, c, d].map((word) => lexicon.indexOf(word));
      if (indexA === undefined || indexB === undefined || indexC === undefined || indexD === undefined) throw new Error(`a word is not listed: ${line}`);
      return [{ section, a: indexA, b: indexB, c: indexC, d: indexD, isInCatalogue: pairs.has(`${a} ${b}`) || pairs.has(`${c} ${d}`) }];
    });
}
