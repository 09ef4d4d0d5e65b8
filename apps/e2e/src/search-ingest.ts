import type { DocumentResponse, NewDocument } from '@sigmalang/contracts';
import type { Reply } from './rest-client';
import type { SearchClient } from './search-client';

const BATCH = 6;

/** A batch of documents that is written as a whole, again and again, and loses documents one by one. */
interface Batch {
  readonly name: string;
  /** What may be there: the version that was acknowledged last (0 for none), and one whose answer never came. */
  versions: number[];
  /** Which of its documents were removed, acknowledged; none of a version written since. */
  removed: string[];
  /** A document whose removal was never answered. */
  maybeRemoved?: string | undefined;
}

/** A word that only this version of this document has, or of this batch. */
function wordOf(name: string, version: number): string {
  return `${name.replaceAll('-', 'x')}v${version}`;
}

function textOf(batch: Batch, id: string, version: number): string {
  return `the text ${wordOf(id, version)} of ${wordOf(batch.name, version)}`;
}

function idsOf({ name }: Batch): string[] {
  return Array.from({ length: BATCH }, (_id, i) => `${name}-${i}`);
}

/** Documents of a batch that must be there, when all about it is known. */
function presentIds(batch: Batch): string[] {
  return batch.versions[0] === 0 ? [] : idsOf(batch).filter((id) => !batch.removed.includes(id));
}

/**
 * Writes batches until the process dies, writes some of them again, removes documents, and knows at every time what must be there. Ids
 * begin with the number of the life, so that a listing can begin at the last one.
 */
export class Ingest {
  /** Documents whose last write was acknowledged. */
  acknowledged = 0;
  /** Batches with which the process died under way. */
  unanswered = 0;
  private readonly batches: Batch[] = [];
  private checked = 0;
  private life = 0;
  private answered = 0;
  private waiting: { readonly count: number; readonly reached: () => void } | undefined;

  constructor(
    private readonly client: SearchClient,
    private readonly collection: string,
    private readonly random: (below: number) => number,
  ) {}

  /** Resolves when so many requests of the life that begins next have been answered. */
  reaches(count: number): Promise<void> {
    this.answered = 0;
    if (count === 0) return Promise.resolve();
    return new Promise((reached) => { this.waiting = { count, reached }; });
  }

  /** Goes on until a request is not answered. Throws where one is refused: as long as the process lives, none may be. */
  async untilDeath(): Promise<void> {
    const life = String(++this.life).padStart(3, '0');
    for (let i = 0; ; i++) {
      const choice = this.random(8);
      const earlier = this.batches.at(-1 - this.random(4));
      if (choice === 0 && earlier) await this.remove(earlier);
      else await this.write(choice === 1 && earlier ? earlier : this.begin(`${life}-${String(i).padStart(4, '0')}`));
      if (this.isUnanswered) return;
    }
  }

  /**
   * Checks what the process that was started again has: of the batches since the last check every document, its text, and that it can be
   * found by its batch's word; of all of them, how many there are.
   */
  async check(): Promise<void> {
    const first = this.batches[Math.max(0, this.checked - 4)];
    const listed = await this.client.documents(this.collection, first && previousId(first.name));
    this.resolve(this.batches.slice(Math.max(0, this.checked - 4)), listed);
    for (const batch of this.batches.slice(this.checked)) await this.checkSearches(batch);
    this.checked = this.batches.length;
    const { documents, seq, indexedSeq } = await this.client.collection(this.collection);
    expect({ documents, indexedSeq }).toEqual({ documents: this.expectedIds().length, indexedSeq: seq });
  }

  /** Checks every document there is, by listing, by its own word and by itself. */
  async checkAll(): Promise<void> {
    const listed = await this.client.documents(this.collection);
    this.resolve(this.batches, listed);
    expect(listed.map(({ id }) => id)).toEqual(this.expectedIds().sort());
    const counted = await this.client.collection(this.collection);
    expect(counted.documents).toBe(listed.length);
    expect(counted.bytes).toBe(listed.reduce((sum, { text, metadata }) => sum + Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(metadata)), 0));
    const versions = new Map(this.batches.map(({ name, versions: [version = 0] }) => [name, version]));
    for (const { id, text } of listed) {
      const got = await this.client.tryToGet(this.collection, id);
      expect(got.body).toMatchObject({ id, text });
      const found = await this.found(wordOf(id, versions.get(id.replace(/-\d+$/, '')) ?? 0));
      expect(found).toEqual([id]);
    }
  }

  private get isUnanswered(): boolean {
    return this.batches.some(({ versions, maybeRemoved }) => versions.length > 1 || maybeRemoved !== undefined);
  }

  private begin(name: string): Batch {
    const batch = { name, versions: [0], removed: [] };
    this.batches.push(batch);
    return batch;
  }

  private async write(batch: Batch): Promise<void> {
    const version = Math.max(...batch.versions) + 1;
    batch.versions.push(version);
    const documents = idsOf(batch).map((id): NewDocument => ({ id, text: textOf(batch, id, version), metadata: { version } }));
    if (!(await this.isAnswered(this.client.tryToPut(this.collection, documents)))) return;
    [batch.versions, batch.removed] = [[version], []];
    this.acknowledged += documents.length;
  }

  private async remove(batch: Batch): Promise<void> {
    const [id] = idsOf(batch).filter((each) => !batch.removed.includes(each));
    if (id === undefined || batch.versions[0] === 0) return;
    batch.maybeRemoved = id;
    if (!(await this.isAnswered(this.client.tryToDelete(this.collection, id)))) return;
    batch.removed.push(id);
    batch.maybeRemoved = undefined;
  }

  private async isAnswered(reply: Promise<Reply>): Promise<boolean> {
    const answer = await reply.catch(() => undefined);
    if (answer?.status === 200) {
      if (++this.answered === this.waiting?.count) this.waiting.reached();
      return true;
    }
    if (answer && ![503, 504].includes(answer.status)) throw new Error(`answered ${answer.status}: ${answer.text}`);
    this.unanswered++;
    return false;
  }

  /** Checks batches against what is listed, and learns which of what was not answered came about. */
  private resolve(batches: readonly Batch[], listed: readonly DocumentResponse[]): void {
    const texts = new Map(listed.map(({ id, text, metadata }) => [id, { text, metadata }]));
    for (const batch of batches) {
      const found = idsOf(batch).flatMap((id) => texts.get(id) ?? []);
      const versions = [...new Set(found.map(({ metadata }) => Number(metadata.version)))];
      const [version = 0] = versions;
      expect({ batch: batch.name, versions }).toEqual({ batch: batch.name, versions: version === 0 ? [] : [version] }); // never in half
      expect(batch.versions).toContain(version); // nothing acknowledged is lost, nothing comes from nowhere
      if (version !== batch.versions[0]) [batch.removed, batch.maybeRemoved] = [[], undefined];
      batch.versions = [version];
      if (batch.maybeRemoved !== undefined && !texts.has(batch.maybeRemoved)) batch.removed.push(batch.maybeRemoved);
      batch.maybeRemoved = undefined;
      const there = idsOf(batch).filter((id) => texts.has(id));
      expect(there).toEqual(presentIds(batch));
      for (const id of there) expect(texts.get(id)?.text).toBe(textOf(batch, id, version));
    }
  }

  /** The documents of a batch are found by the word of its version, and by that of the version before no more. */
  private async checkSearches(batch: Batch): Promise<void> {
    const [version = 0] = batch.versions;
    for (const each of version > 1 ? [version, version - 1] : [version]) {
      const found = await this.found(wordOf(batch.name, each));
      expect({ batch: batch.name, each, found }).toEqual({ batch: batch.name, each, found: each === version ? presentIds(batch) : [] });
    }
  }

  private async found(word: string): Promise<string[]> {
    const { results, total } = await this.client.search(this.collection, { query: word, mode: 'exact', highlight: false });
    expect(total).toBe(results.length);
    return results.map(({ id }) => id).sort();
  }

  private expectedIds(): string[] {
    return this.batches.flatMap(presentIds);
  }
}

/** An id before all that begin with `name`, and after those of the names before it. */
function previousId(name: string): string {
  return `${name}-`;
}
