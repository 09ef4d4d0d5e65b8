import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { Analogies } from './analogies';

/** What a thread of the analogy program can do, each with one item. */
export type AnalogyTasks = Pick<Analogies, 'solve' | 'explain' | 'neighbours'>;

/** The tasks with the lexicon in a folder of assets; throws `LexiconAssetError` when that is missing or damaged. */
export default function openAnalogies(assets: string): AnalogyTasks {
  const analogies = new Analogies(Lexicon.load(join(assets, 'lexicon', ASSET_FILES.int8), { forScanning: true }));
  return {
    solve: (question, settings) => analogies.solve(question, settings),
    explain: (request) => analogies.explain(request),
    neighbours: (item, settings) => analogies.neighbours(item, settings),
  };
}
