import type { Changes } from '@sigmalang/storage';
import { sql } from 'drizzle-orm';
import { countStems } from '../../keyword/bm25';
import { isCompared, lengthOf, letterSet } from '../../keyword/spellings';
import { analyze, stemsOf, wordsOf } from '../../text/text-analyzer';
import { type IndexedCollection, type IndexState, saveState } from './index-state';
import { integers, rowsOf, type SqlRunner, texts } from './sql-runner';
import { hasMeaning, vectorLiteral } from './vector-literal';

/** Entries that go to the database in one statement. */
const GROUP = 50_000;

/** A document as the index has it. */
interface Indexed {
  readonly number: number;
  readonly id: string;
  /** Stems, repeated ones too. */
  readonly length: number;
  readonly wordCount: number;
  readonly frequencies: ReadonlyMap<string, number>;
  /** Each word once. */
  readonly words: ReadonlySet<string>;
  /** All words as the phrases are looked for in. */
  readonly phrase: string;
  readonly embedding: Float32Array;
}

interface Removed {
  readonly number: number;
  readonly length: number;
  readonly wordCount: number;
  readonly stems: readonly string[];
  readonly phrase: string;
}

/** Brings the index of a collection, which is locked and at `state`, from there to the last of some changes. */
export async function applyChanges(transaction: SqlRunner, collection: IndexedCollection, state: IndexState, changes: Changes): Promise<IndexState> {
  const { id } = collection;
  const gone = await removeDocuments(transaction, id, [...changes.put, ...changes.removed].map((document) => document.id));
  const added = changes.put.map((document, i) => indexed(document, state.lastNumber + i + 1));
  await addDocuments(transaction, id, added);
  await addTerms(transaction, id, added);
  await addEmbeddings(transaction, collection, added);
  await countWords(transaction, id, added, gone);
  const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number => items.reduce((total, item) => total + of(item), 0);
  const next: IndexState = {
    ...state,
    indexedSeq: changes.seq,
    lastNumber: state.lastNumber + added.length,
    documents: state.documents + added.length - gone.length,
    stems: state.stems + sum(added, ({ length }) => length) - sum(gone, ({ length }) => length),
    words: state.words + sum(added, ({ wordCount }) => wordCount) - sum(gone, ({ wordCount }) => wordCount),
  };
  await saveState(transaction, id, next);
  return next;
}

/** Words as they are kept for phrases: each between two spaces of its own, so that words one after another are a part of the whole. */
export function phraseOf(words: readonly string[]): string {
  return words.map((word) => ` ${word} `).join('');
}

function indexed({ id, text, embedding }: Changes['put'][number], number: number): Indexed {
  const tokens = analyze(text);
  const [stems, words] = [stemsOf(tokens), wordsOf(tokens)];
  return { number, id, length: stems.length, wordCount: words.length, frequencies: countStems(stems), words: new Set(words), phrase: phraseOf(words), embedding };
}

async function removeDocuments(transaction: SqlRunner, collection: number, ids: readonly string[]): Promise<readonly Removed[]> {
  const gone = await rowsOf<Removed>(
    transaction,
    sql`DELETE FROM search_documents WHERE collection_id = ${collection} AND id = ANY (${texts(ids)})
      RETURNING number::float8 AS number, length, word_count AS "wordCount", stems, words AS phrase`,
  );
  if (gone.length === 0) return gone;
  const numbers = gone.map(({ number }) => number);
  await transaction.execute(sql`DELETE FROM search_embeddings WHERE collection_id = ${collection} AND number = ANY (${integers(numbers)})`);
  const entries = gone.flatMap(({ number, stems }) => stems.map((stem) => ({ stem, number })));
  for (const group of groupsOf(entries)) {
    await transaction.execute(sql`DELETE FROM search_terms t
      USING unnest(${texts(group.map(({ stem }) => stem))}, ${integers(group.map(({ number }) => number))}) AS gone (stem, number)
      WHERE t.collection_id = ${collection} AND t.stem = gone.stem AND t.number = gone.number`);
  }
  return gone;
}

async function addDocuments(transaction: SqlRunner, collection: number, added: readonly Indexed[]): Promise<void> {
  if (added.length === 0) return;
  const column = <Value>(of: (document: Indexed) => Value): Value[] => added.map(of);
  // Lists within a list have to be of one length each: they are joined by a character that no word has.
  await transaction.execute(sql`INSERT INTO search_documents (collection_id, number, id, length, word_count, stems, words)
    SELECT ${collection}, number, id, length, word_count, CASE stems WHEN '' THEN '{}' ELSE string_to_array(stems, ' ') END, words
    FROM unnest(${integers(column(({ number }) => number))}, ${texts(column(({ id }) => id))}, ${integers(column(({ length }) => length))},
      ${integers(column(({ wordCount }) => wordCount))}, ${texts(column(({ frequencies }) => [...frequencies.keys()].join(' ')))},
      ${texts(column(({ phrase }) => phrase))}) AS added (number, id, length, word_count, stems, words)`);
}

async function addTerms(transaction: SqlRunner, collection: number, added: readonly Indexed[]): Promise<void> {
  const entries = added.flatMap(({ number, length, frequencies }) => Array.from(frequencies, ([stem, frequency]) => ({ stem, number, length, frequency })));
  entries.sort((a, b) => compareStrings(a.stem, b.stem) || a.number - b.number); // as in the index, which is filled page by page then
  for (const group of groupsOf(entries)) {
    await transaction.execute(sql`INSERT INTO search_terms (collection_id, stem, number, length, frequency)
      SELECT ${collection}, * FROM unnest(${texts(group.map(({ stem }) => stem))}, ${integers(group.map(({ number }) => number))},
        ${integers(group.map(({ length }) => length))}, ${integers(group.map(({ frequency }) => frequency))})`);
  }
}

async function addEmbeddings(transaction: SqlRunner, { id, generation }: IndexedCollection, added: readonly Indexed[]): Promise<void> {
  await insertEmbeddings(transaction, { id, generation }, added.filter(({ embedding }) => hasMeaning(embedding)));
}

/** Puts vectors of a generation beside the documents of some numbers; those that are there stay. */
export async function insertEmbeddings(
  transaction: SqlRunner,
  { id, generation }: Pick<IndexedCollection, 'id' | 'generation'>,
  added: readonly { readonly number: number; readonly embedding: Float32Array }[],
): Promise<void> {
  if (added.length === 0) return;
  const vectors = added.map(({ embedding }) => vectorLiteral(embedding));
  await transaction.execute(sql`INSERT INTO search_embeddings (collection_id, generation, number, embedding)
    SELECT ${id}, ${generation}, number, embedding::vector
    FROM unnest(${integers(added.map(({ number }) => number))}, ${texts(vectors)}) AS added (number, embedding) ON CONFLICT DO NOTHING`);
}

/** Counts the documents that have each word that can be found by another spelling; words of no document go. */
async function countWords(transaction: SqlRunner, collection: number, added: readonly Indexed[], gone: readonly Removed[]): Promise<void> {
  const counts = new Map<string, number>();
  const count = (words: Iterable<string>, by: number): void => {
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + by);
  };
  for (const { words } of added) count(words, 1);
  for (const { phrase } of gone) count(new Set(phrase.trim().split('  ')), -1);
  const changed = Array.from(counts, ([word, documents]) => ({ word, documents })).filter(({ word, documents }) => documents !== 0 && isCompared(word));
  changed.sort((a, b) => compareStrings(a.word, b.word));
  for (const group of groupsOf(changed)) {
    const words = group.map(({ word }) => word);
    await transaction.execute(sql`INSERT INTO search_words AS w (collection_id, word, length, letters, documents)
      SELECT ${collection}, * FROM unnest(${texts(words)}, ${integers(words.map(lengthOf))}, ${integers(words.map(letterSet))}, ${integers(group.map(({ documents }) => documents))})
      ON CONFLICT (collection_id, word) DO UPDATE SET documents = w.documents + excluded.documents`);
  }
  const rarer = changed.filter(({ documents }) => documents < 0).map(({ word }) => word);
  if (rarer.length > 0) await transaction.execute(sql`DELETE FROM search_words WHERE collection_id = ${collection} AND word = ANY (${texts(rarer)}) AND documents = 0`);
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function* groupsOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += GROUP) yield items.slice(from, from + GROUP);
}
