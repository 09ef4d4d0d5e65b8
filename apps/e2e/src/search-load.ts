import type { DocumentResponse, NewDocument, PutDocumentsResponse, SearchResponse } from '@sigmalang/contracts';
import type { Reply } from './rest-client';
import type { SearchClient } from './search-client';

const BATCH = 5;
const TOPICS = ['granite', 'harbour', 'meadow', 'lantern', 'violin', 'glacier', 'pepper'];

/** A document of as many words as every other, so that those with the same topic fit it equally well. */
function documentOf(id: string, number: number): NewDocument {
  return { id, text: `A document about ${TOPICS[number % TOPICS.length] ?? ''} named ${wordOf(id)}` };
}

/** A word that no other document has. */
function wordOf(id: string): string {
  return `x${id.replaceAll('-', 'z')}`;
}

/** Something done over and over until it is stopped. */
abstract class Load {
  /** Answers other than success. */
  readonly refused: Reply[] = [];
  private stopped = false;

  /** Goes on until it is stopped. */
  async run(): Promise<void> {
    while (!this.stopped) await this.step();
  }

  /** Lets what is under way end. */
  stop(): void {
    this.stopped = true;
  }

  protected abstract step(): Promise<void>;
}

/** Writes batches of new documents, one after the other, and notes which were acknowledged. */
export class WritesUnderLoad extends Load {
  /** Ids of documents that were acknowledged. */
  readonly acknowledged: string[] = [];
  /** Number of the last change that was acknowledged. */
  seq = 0;
  private readonly batches: string[][] = [];

  constructor(
    private readonly client: SearchClient,
    private readonly collection: string,
    private readonly writer: number,
  ) {
    super();
  }

  protected async step(): Promise<void> {
    const batch = this.batches.length;
    const ids = Array.from({ length: BATCH }, (_id, i) => `${this.writer}-${batch}-${i}`);
    this.batches.push(ids);
    const reply = await this.client.tryToPut(this.collection, ids.map((id, i) => documentOf(id, batch * BATCH + i)));
    if (reply.status !== 200) {
      this.refused.push(reply);
      return;
    }
    this.acknowledged.push(...ids);
    this.seq = (reply.body as PutDocumentsResponse).seq;
  }

  /** Checks that what was acknowledged is there, and of every batch all or nothing. */
  check(documents: readonly DocumentResponse[]): void {
    const present = new Set(documents.map(({ id }) => id));
    expect(this.acknowledged.filter((id) => !present.has(id))).toEqual([]);
    const halves = this.batches.filter((ids) => ids.some((id) => present.has(id)) && !ids.every((id) => present.has(id)));
    expect(halves).toEqual([]);
  }
}

interface Answer {
  readonly topic: string;
  readonly mode: string;
  /** Number of the last change that was acknowledged to anyone before this was asked, where it was asked for. */
  readonly minSeq: number | undefined;
  readonly response: SearchResponse;
}

/** Searches for topics, and notes every answer. */
export class SearchesUnderLoad extends Load {
  private readonly answers: Answer[] = [];

  constructor(
    private readonly client: SearchClient,
    private readonly collection: string,
    private readonly writes: readonly WritesUnderLoad[],
    private readonly random: (below: number) => number,
  ) {
    super();
  }

  protected async step(): Promise<void> {
    const topic = TOPICS[this.random(TOPICS.length)] ?? '';
    const mode = this.random(2) === 0 ? 'keyword' : 'exact';
    const minSeq = this.random(2) === 0 ? Math.max(...this.writes.map(({ seq }) => seq)) : undefined;
    const asked = { query: topic, mode, topK: 100, highlight: false, ...(minSeq !== undefined && { minSeq }) } as const;
    const reply = await this.client.trySearch(this.collection, asked);
    if (reply.status !== 200) this.refused.push(reply);
    else this.answers.push({ topic, mode, minSeq, response: reply.body as SearchResponse });
  }

  /** Checks that each answer is what the collection was after the change that the answer names: which documents, how many, in which order. */
  check(documents: readonly DocumentResponse[]): readonly Answer[] {
    const byAge = [...documents].sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
    for (const { topic, minSeq, response } of this.answers) {
      const { seq = -1, total, results } = response;
      expect(seq).toBeGreaterThanOrEqual(minSeq ?? 0);
      const state = byAge.filter((document) => document.seq <= seq && document.text.includes(topic));
      expect({ seq, topic, total, ids: results.map(({ id }) => id) }).toEqual({
        seq,
        topic,
        total: state.length,
        ids: state.slice(0, 100).map(({ id }) => id),
      });
    }
    return this.answers;
  }
}
