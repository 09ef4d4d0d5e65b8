import type { Migration } from '@sigmalang/storage';

/**
 * The tables of the index. All rows are keyed by the collection first, by which the tables can be distributed. `number` counts the rows of a collection: a
 * document that is put again has a new one, so that it is in the order of (seq, id).
 *
 * - `search_collections`: how far the index of a collection is, and sums over its documents
 * - `search_documents`: length in stems and words; the stems, so that they are found when the document goes; its words, each between two spaces, for phrases
 * - `search_terms`: which documents have a stem how often
 * - `search_words`: the words, by length and set of letters, for spellings
 * - `search_embeddings`: a vector for each document that has a meaning, by generation of the collection's model
 *
 * None refers to `collections` by a foreign key: removing a collection would take as long as removing all that was indexed of it. What is left behind is removed little by
 * little, as the documents are.
 */
export const INDEX_TABLES: Migration = {
  name: 'index tables',
  isAdditive: true,
  sql: `
    create table search_collections (
      collection_id bigint primary key,
      format integer not null,
      incarnation uuid not null,
      generation integer not null,
      pruned_seq bigint not null,
      indexed_seq bigint not null,
      last_number bigint not null,
      documents bigint not null,
      stems bigint not null,
      words bigint not null
    );

    create table search_documents (
      collection_id bigint not null,
      number bigint not null,
      id text collate "C" not null,
      length integer not null,
      word_count integer not null,
      stems text[] not null,
      words text collate "C" not null,
      primary key (collection_id, number),
      unique (collection_id, id)
    );

    create table search_terms (
      collection_id bigint not null,
      stem text collate "C" not null,
      number bigint not null,
      length integer not null,
      frequency smallint not null,
      primary key (collection_id, stem, number) include (length, frequency)
    );

    create table search_words (
      collection_id bigint not null,
      word text collate "C" not null,
      length smallint not null,
      letters integer not null,
      documents bigint not null,
      primary key (collection_id, word)
    );
    create index search_words_by_length on search_words (collection_id, length);

    create table search_embeddings (
      collection_id bigint not null,
      generation integer not null,
      number bigint not null,
      embedding vector not null,
      primary key (collection_id, generation, number)
    );
  `,
};

/** The tables that have rows of documents, and what is their key within a collection. */
export const DOCUMENT_TABLES = [
  { name: 'search_terms', key: ['stem', 'number'] },
  { name: 'search_embeddings', key: ['generation', 'number'] },
  { name: 'search_words', key: ['word'] },
  { name: 'search_documents', key: ['number'] },
] as const;
