import { sql } from 'drizzle-orm';
import { isCompared, lengthOf, letterSet, Spellings } from '../../keyword/spellings';
import type { Token } from '../../text/text-analyzer';
import type { SearchScope } from './search-scope';
import { integers } from './sql-runner';

/**
 * The words of a collection that the words of a query may be meant by, and their numbers of documents: those of about the same length and the same letters, see `Spellings`, which
 * says of these few what is similar.
 */
export async function similarWords(scope: SearchScope, tokens: readonly Token[]): Promise<Spellings> {
  const words = [...new Set(tokens.map(({ word }) => word))].filter((word) => word !== '');
  if (words.length === 0) return new Spellings();
  const found = await scope.rows<{ word: string; documents: number }>(sql`
    SELECT w.word, w.documents::float8 AS documents
    FROM unnest(${integers(words.map(lengthOf))}, ${integers(words.map(letterSet))}) AS q (length, letters)
    JOIN search_words w ON w.collection_id = ${scope.collection} AND w.length BETWEEN q.length - 2 AND q.length + 2
      AND bit_count((w.letters # q.letters::int)::bit(32)) <= CASE WHEN greatest(w.length, q.length) >= 8 THEN 4 ELSE 2 END`);
  const candidates = new Map(found.filter(({ word }) => isCompared(word)).map(({ word, documents }) => [word, documents]));
  return Spellings.load(Buffer.from(JSON.stringify([...candidates])));
}
