import { sql, type SQL } from 'drizzle-orm';
import { phraseOf } from './index-writer';
import { type Matches, NO_MATCHES, type SearchScope, toMatches } from './search-scope';
import { number, texts } from './sql-runner';
import type { Token } from '../../text/text-analyzer';

/** BM25 of phrases, see `phraseScore`. */
const [K1, B] = [1.2, 0.75];

/** The best documents that have words one after another, by BM25 of that; equal ones by number. */
export async function searchPhrase(scope: SearchScope, tokens: readonly Token[], limit: number): Promise<Matches> {
  const ofWords = tokens.filter(({ word }) => word !== '');
  const words = ofWords.map(({ word }) => word);
  const { collection, state } = scope;
  if (words.length === 0 || state.words === 0) return NO_MATCHES;
  const stems = [...new Set(ofWords.map(({ stem }) => stem))];
  const [phrase, total] = [phraseOf(words), number(state.documents)];
  const mean = number(state.words / state.documents);
  const found = await scope.rows<{ number: number; score: number; total: number }>(sql`
    WITH candidate AS (
      SELECT number FROM search_terms WHERE collection_id = ${collection} AND stem = ANY (${texts(stems)}) GROUP BY number HAVING count(*) = ${stems.length}
    ), matching AS MATERIALIZED (
      SELECT s.number, s.word_count, ${frequencyOf(words)}::float8 AS frequency
      FROM search_documents s WHERE s.collection_id = ${collection} AND s.number = ANY (ARRAY(SELECT number FROM candidate)) AND strpos(s.words, ${phrase}) > 0
    ), rarity AS (
      SELECT ln(1 + (${total} - count(*) + 0.5::float8) / (count(*) + 0.5::float8)) AS idf FROM matching
    ), scored AS (
      SELECT number, (idf * frequency * ${number(K1 + 1)}) / (frequency + ${number(K1)} * (${number(1 - B)} + ${number(B)} * word_count / ${mean})) AS score
      FROM matching, rarity
      WHERE true ${scope.andAllowed(sql`matching.number`)}
    ), rounded AS (
      SELECT number, floor(score * 1e6::float8 + 0.5::float8) / 1e6::float8 AS score FROM scored
    )
    SELECT number::float8 AS number, score, (count(*) OVER ())::float8 AS total FROM rounded ORDER BY rounded.score DESC, rounded.number LIMIT ${limit}`);
  return toMatches(found);
}

/** How often a phrase begins in a document. Where it can overlap itself, as `the the` does in `the the the`, words are compared one by one. */
function frequencyOf(words: readonly string[]): SQL {
  if (!overlapsItself(words)) return sql`cardinality(string_to_array(s.words, ${phraseOf(words)})) - 1`;
  return sql`(SELECT count(*) FROM (SELECT string_to_array(btrim(s.words), '  ') AS list) AS each, unnest(array_positions(each.list, ${words[0]}::text)) AS at
    WHERE each.list[at : at + ${words.length - 1}::int] = ${texts(words)})`;
}

/** Whether some of the first words are also the last ones. */
function overlapsItself(words: readonly string[]): boolean {
  return words.some((_word, length) => length > 0 && words.slice(0, -length).every((word, i) => word === words[length + i]));
}
