import { measuringData, readCranfield } from '@sigmalang/lexicon';
import { realSentences, realTextDocuments, seededRandom } from '../evaluation/real-text-documents';
import { withTypo } from '../evaluation/typos';
import { analyze, stemOf, stemsOf, wordsOf } from '../text/text-analyzer';
import { KeywordIndex } from './keyword-index';
import { fuzzyQuery } from './keyword-query';
import { Spellings } from './spellings';

const QUERIES = 2000;
const LIMIT = 10;

/** Measures how often documents with a word are found by the word with one typo in it: among all that match, and among the first ten. */
export default function measureSpellings({ print }: { print: (line: string) => void }): Promise<void> {
  const data = measuringData(process.env);
  if (data === undefined) {
    print('SKIPPED: typos are measured in real text; set SIGMALANG_DATA to its folder');
    return Promise.resolve();
  }
  measure('sentences of prose', realSentences(data).map(({ text }) => text), print);
  measure('recombined prose', Array.from(realTextDocuments(data, 20_000), ({ text }) => text), print);
  measure('abstracts', readCranfield(data).documents.map(({ text }) => text), print);
  measureVocabulary(print);
  return Promise.resolve();
}

function measure(name: string, texts: readonly string[], print: (line: string) => void): void {
  const [index, spellings] = [new KeywordIndex(), new Spellings()];
  const documents = texts.map((text) => analyze(text));
  documents.forEach((tokens, row) => {
    index.add(row, stemsOf(tokens));
    spellings.add(wordsOf(tokens));
  });
  const stems = documents.map((tokens) => new Set(stemsOf(tokens)));
  const running = documents.flatMap((tokens) => wordsOf(tokens).filter((word) => /^[a-z]{3,}$/.test(word)));
  const different = Array.from(new Set(running));
  for (const [of, words] of [['of the running text', running], ['of the vocabulary', different]] as const) {
    for (const least of [3, 4, 6]) {
      const long = words.filter((word) => word.length >= least);
      const random = seededRandom(least);
      let [among, first] = [0, 0];
      for (let i = 0; i < QUERIES; i++) {
        const word = long[Math.floor(random() * long.length)] ?? '';
        const query = fuzzyQuery(analyze(withTypo(word, random)), spellings);
        const has = (row: number) => stems[row]?.has(stemOf(word)) === true;
        if (query.some(({ terms }) => terms.some(({ stem }) => stem === stemOf(word)))) among++;
        if (index.search(query, { limit: LIMIT }).rows.some(has)) first++;
      }
      print(`${name}, ${texts.length}: words ${of} of ${least} and more letters with one typo: ${share(among)} looked up, ${share(first)} in the first ten`);
    }
  }
}

function measureVocabulary(print: (line: string) => void): void {
  const random = seededRandom(9);
  const word = () => Array.from({ length: 3 + Math.floor(random() * 9) }, () => 'etaoinshrdlcumwfgypbvk'[Math.floor(random() ** 2 * 22)] ?? '').join('');
  const spellings = new Spellings();
  for (let i = 0; i < 200_000; i++) spellings.add([word()]);
  const asked = Array.from({ length: 200 }, word);
  const start = performance.now();
  for (const query of asked) spellings.similar(query);
  print(`${spellings.size} made words: ${((performance.now() - start) / asked.length).toFixed(2)} ms a word`);
}

function share(count: number): string {
  return `${((100 * count) / QUERIES).toFixed(1)} %`;
}
