import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { Analogies } from './analogies';

/** What a thread of the analogy program can do, each with one item. */
export interface AnalogyTasks extends Pick<Analogies, 'solve' | 'explain' | 'neighbours'> {
  /** Which lexicon there is, and of how many words. */
  readonly describe: (item: null) => { readonly model: string; readonly words: number };
}

/** The tasks with the lexicon in a folder of assets; throws `LexiconAssetError` when that is missing or damaged. */
export default function openAnalogies(assets: string): AnalogyTasks {
  const lexicon = Lexicon.load(join(assets, 'lexicon', ASSET_FILES.int8), { forScanning: true });
  const analogies = new Analogies(lexicon);
  return {
    describe: () => ({ model: lexicon.id, words: lexicon.size }),
    solve: (question, settings) => analogies.solve(question, settings),
    explain: (request) => analogies.explain(request),
    neighbours: (item, settings) => analogies.neighbours(item, settings),
  };
}
