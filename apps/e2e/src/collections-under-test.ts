import type { PutDocumentsResponse, SearchResponse, SearchResult } from '@sigmalang/contracts';
import type { BothInstallations } from './installations';
import { bodyOf } from './rest-client';

/** A document as a caller sends it. */
export interface SentDocument {
  readonly id?: string;
  readonly text: string;
  readonly metadata?: object;
}

/** A collection of both installations, which are given the same and must answer the same. */
export class CollectionUnderTest {
  /** Number of its last change. */
  seq = 0;

  private constructor(
    private readonly both: BothInstallations,
    readonly name: string,
  ) {}

  /** Makes a collection that holds documents, each with an id. */
  static async of(both: BothInstallations, name: string, documents: readonly SentDocument[] = [], settings: object = {}): Promise<CollectionUnderTest> {
    const collection = new CollectionUnderTest(both, name);
    bodyOf(await both.put(collection.path, settings));
    if (documents.length > 0) await collection.put(documents);
    return collection;
  }

  /** Its path. */
  get path(): string {
    return `/v1/collections/${this.name}`;
  }

  /** The path of a document. */
  pathOf(id: string): string {
    return `${this.path}/documents/${encodeURIComponent(id)}`;
  }

  /** Keeps documents, each of which has an id. */
  async put(documents: readonly SentDocument[]): Promise<PutDocumentsResponse> {
    const kept = bodyOf(await this.both.put(`${this.path}/documents`, { documents })) as PutDocumentsResponse;
    this.seq = kept.seq;
    return kept;
  }

  /** Removes a document. */
  async remove(id: string): Promise<void> {
    this.seq = (bodyOf(await this.both.delete(this.pathOf(id))) as { seq: number }).seq;
  }

  /** What a search finds that sees the last change. */
  async search(request: object): Promise<SearchResponse> {
    return bodyOf(await this.both.post('/v1/search', { collection: this.name, minSeq: this.seq, ...request })) as SearchResponse;
  }

  /** Ids of what a search finds, best first. */
  async find(request: object): Promise<string[]> {
    return idsOf(await this.search(request));
  }
}

/** Ids of results, best first. */
export function idsOf({ results }: { readonly results: readonly SearchResult[] }): string[] {
  return results.map(({ id }) => id);
}
