import { METRICS } from '@sigmalang/contracts';
import { Gauge } from 'prom-client';

const words = new Gauge({
  name: METRICS.lexiconWords,
  help: 'Words of the lexicon that the process has loaded, by model',
  labelNames: ['model'],
});

/** Says which lexicon the process has loaded, and of how many words. */
export function reportLexicon({ model, words: count }: { readonly model: string; readonly words: number }): void {
  words.set({ model }, count);
}
