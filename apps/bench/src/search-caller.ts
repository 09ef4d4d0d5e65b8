import type { NewDocument, SearchResponse } from '@sigmalang/contracts';
import { CALLER_HEADERS } from './started-process';

/** A request for a search, but for the collection. */
export interface SearchBody {
  readonly query: string;
  readonly mode: string;
  readonly [field: string]: unknown;
}

/** Searches that were measured: times as the caller sees them and as the service says, in milliseconds, and the answers. */
export interface MeasuredSearches {
  readonly times: number[];
  readonly inService: number[];
  readonly responses: SearchResponse[];
}

/** Calls the REST API of search for one collection. */
export class SearchCaller {
  constructor(
    private readonly origin: string,
    private readonly collection: string,
  ) {}

  /** Makes the collection. */
  async create(): Promise<void> {
    await this.send('PUT', `/v1/collections/${this.collection}`, {});
  }

  /** Keeps documents in batches, `callers` batches at a time; gives the seconds that it took until the last was acknowledged. */
  async ingest(documents: readonly NewDocument[], batch: number, callers: number): Promise<number> {
    const started = performance.now();
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < documents.length) {
        const group = documents.slice(next, (next += batch));
        await this.send('PUT', `/v1/collections/${this.collection}/documents`, { documents: group });
      }
    };
    await Promise.all(Array.from({ length: callers }, work));
    return (performance.now() - started) / 1000;
  }

  /** Searches, `callers` at a time. */
  async search(bodies: readonly SearchBody[], callers = 1): Promise<MeasuredSearches> {
    const [times, inService, responses]: [number[], number[], SearchResponse[]] = [[], [], []];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < bodies.length; i = next++) {
        const started = performance.now();
        const response = (await this.send('POST', '/v1/search', { collection: this.collection, ...bodies[i] })) as SearchResponse;
        times[i] = performance.now() - started;
        [inService[i], responses[i]] = [response.tookMs, response];
      }
    };
    await Promise.all(Array.from({ length: callers }, work));
    return { times, inService, responses };
  }

  private async send(method: string, path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.origin}${path}`, { method, headers: CALLER_HEADERS, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    return response.json();
  }
}
