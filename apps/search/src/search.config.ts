import { IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';

/** What can search: the index that each process keeps on its own disk, or PostgreSQL with pgvector. */
export const SEARCH_ENGINES = ['sqlite', 'pgvector'] as const;

/** Settings of search. */
export class SearchConfig {
  /** What searches: `sqlite` is an index in each process, `pgvector` leaves it to the database, which must have that extension. */
  @IsIn(SEARCH_ENGINES)
  searchEngine: string = 'sqlite';

  /** Weight of the keyword list in a hybrid search that names none, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  hybridKeywordWeight: number = 0.7;

  /** Weight of the semantic list in a hybrid search that names none, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  hybridSemanticWeight: number = 0.3;

  /** How often to look for changes that nobody told of, in milliseconds. */
  @IsInt()
  @Min(50)
  @Max(60_000)
  followIntervalMs: number = 500;

  /** How often an index that has changed is written to a snapshot, in milliseconds. */
  @IsInt()
  @Min(1_000)
  @Max(86_400_000)
  snapshotIntervalMs: number = 60_000;
}
