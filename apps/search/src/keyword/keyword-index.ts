import { BestRows, type RankedRows } from '../ranking/best-rows';
import { B, bm25, countStems, fullScore, K1, type QueryWord, roundScore, weighTerms, type WeightedTerm } from './bm25';
import { NO_DOCUMENT, readKeywordIndex, writeKeywordIndex } from './keyword-index-file';
import { PostingLists } from './posting-lists';

/** What a search found. */
export interface KeywordMatches extends RankedRows {
  /** Documents that have any of the terms and are allowed. */
  readonly total: number;
}

/** What a term adds to the score of a document. */
export interface TermContribution {
  readonly stem: string;
  /** How often the document has it, at most 255. */
  readonly frequency: number;
  readonly score: number;
}

/** Which documents to find. */
export interface KeywordSearchOptions {
  /** A byte for each row, 1 where the row counts; all where absent. Rows beyond its end do not count. */
  readonly allowed?: Uint8Array | undefined;
  /** Most results. */
  readonly limit: number;
}

/**
 * An inverted index in memory: which documents (rows) have which stems how often, ranked by BM25 (see `bm25`). All statistics are of the
 * documents that there are. About 6 bytes for each different stem of a document.
 */
export class KeywordIndex {
  private readonly lists = new Map<string, number>();
  private readonly postings = new PostingLists();
  private documentFrequencies = new Uint32Array(256);
  /** Stems of each row, NO_DOCUMENT where it was removed or never added. */
  private lengths = new Uint32Array(256).fill(NO_DOCUMENT);
  private rows = 0;
  private count = 0;
  private totalLength = 0;
  private sums = new Float64Array(256);
  private best = new Float64Array(256);
  private touched = new Uint32Array(256);
  private touchedByWord = new Uint32Array(256);

  /** Documents that there are. */
  get documents(): number {
    return this.count;
  }

  /** Mean number of stems of a document, 0 where there is none. */
  get meanLength(): number {
    return this.count === 0 ? 0 : this.totalLength / this.count;
  }

  /** One more than the last row. */
  get nextRow(): number {
    return this.rows;
  }

  /** Bytes of memory outside of the JavaScript heap, which has the stems besides. */
  get bytes(): number {
    return this.postings.bytes + this.lengths.length * (4 + 8 + 8 + 4 + 4) + this.documentFrequencies.byteLength;
  }

  /** Documents that have a stem. */
  documentFrequency(stem: string): number {
    return this.documentFrequencies[this.lists.get(stem) ?? -1] ?? 0;
  }

  /** Adds a document with its stems, repeated ones too. Throws RangeError unless the row is above all before. */
  add(row: number, stems: readonly string[]): void {
    this.addLength(row, stems.length);
    for (const [stem, frequency] of countStems(stems)) this.addPosting(this.listOf(stem), row, frequency);
  }

  /** Removes a document; `stems` are those that it was added with. Throws RangeError where there is no such document. */
  remove(row: number, stems: readonly string[]): void {
    if (this.lengths[row] !== stems.length) throw new RangeError('no document with these stems is at the row');
    for (const stem of new Set(stems)) {
      const list = this.lists.get(stem);
      if (list === undefined) throw new RangeError('no document with these stems is at the row');
      this.documentFrequencies[list] = (this.documentFrequencies[list] ?? 0) - 1;
    }
    this.lengths[row] = NO_DOCUMENT;
    this.count--;
    this.totalLength -= stems.length;
  }

  /** The best documents by BM25, scores rounded to 6 decimals, equal ones by row. A document needs one term of one word. */
  search(query: readonly QueryWord[], { allowed, limit }: KeywordSearchOptions): KeywordMatches {
    let touched = 0;
    for (const terms of this.weigh(query)) {
      const [term] = terms;
      if (term === undefined) continue;
      touched = terms.length === 1 ? this.addTerm(term, touched) : this.addBestTerms(terms, touched);
    }
    return this.collect(touched, limit, allowed);
  }

  /** See `fullScore`. */
  fullScore(query: readonly QueryWord[]): number {
    return fullScore(query, this.count, (stem) => this.documentFrequency(stem));
  }

  /** What the terms of a query add to the score of a document, in their order; of each word the best. */
  explain(row: number, query: readonly QueryWord[]): TermContribution[] {
    const length = this.lengths[row] ?? NO_DOCUMENT;
    if (length === NO_DOCUMENT) return [];
    return this.weigh(query).flatMap((terms) => {
      const found = terms.map(({ stem, factor }) => {
        const frequency = this.postings.frequencyOf(this.lists.get(stem) ?? 0, row);
        return { stem, frequency, score: bm25(factor, frequency, length, this.meanLength) };
      });
      const best = found.reduce<TermContribution | undefined>((a, b) => (b.score > (a?.score ?? 0) ? b : a), undefined);
      return best === undefined ? [] : [{ ...best, score: roundScore(best.score) }];
    });
  }

  /** The index as bytes, in parts that belong one behind the other; documents that were removed leave nothing. */
  save(): Buffer[] {
    return writeKeywordIndex({
      lengths: this.lengths.subarray(0, this.rows),
      terms: Array.from(this.lists.keys()).filter((stem) => this.documentFrequency(stem) > 0),
      countOf: (stem) => this.documentFrequency(stem),
      postingsOf: (stem, visit) => {
        this.postings.eachBlock(this.lists.get(stem) ?? 0, visit);
      },
    });
  }

  /** The index that `save` gave the bytes of. Throws KeywordIndexError where they are damaged or of another version. */
  static load(bytes: Uint8Array): KeywordIndex {
    const index = new KeywordIndex();
    index.postings.reserve(bytes.length >> 1); // an entry takes at least two bytes
    readKeywordIndex(bytes, {
      length: (row, length) => index.addLength(row, length),
      rows: (rows) => (index.rows = rows),
      postings: (stem, rows, frequencies, count) => index.addPostings(index.listOf(stem), rows, frequencies, count),
    });
    return index;
  }

  private weigh(query: readonly QueryWord[]): WeightedTerm[][] {
    return weighTerms(query, this.count, (stem) => this.documentFrequency(stem));
  }

  private addLength(row: number, length: number): void {
    if (row < this.rows || !Number.isSafeInteger(row)) throw new RangeError('rows must ascend');
    if (row >= this.lengths.length) this.growRows(row + 1);
    this.lengths[row] = length;
    this.rows = row + 1;
    this.count++;
    this.totalLength += length;
  }

  private addPosting(list: number, row: number, frequency: number): void {
    this.postings.append(list, row, frequency);
    this.documentFrequencies[list] = (this.documentFrequencies[list] ?? 0) + 1;
  }

  /** Adds the first `count` of arrays, unless one is of a row without a document. */
  private addPostings(list: number, rows: Uint32Array, frequencies: Uint8Array, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.lengths[rows[i] as number] === NO_DOCUMENT) return false;
    this.postings.appendAll(list, rows, frequencies, count);
    this.documentFrequencies[list] = (this.documentFrequencies[list] ?? 0) + count;
    return true;
  }

  private listOf(stem: string): number {
    const known = this.lists.get(stem);
    if (known !== undefined) return known;
    const list = this.postings.addList();
    this.lists.set(stem, list);
    if (list >= this.documentFrequencies.length) {
      const frequencies = new Uint32Array(2 * list);
      frequencies.set(this.documentFrequencies);
      this.documentFrequencies = frequencies;
    }
    return list;
  }

  private growRows(least: number): void {
    const size = Math.max(least, Math.ceil(1.5 * this.lengths.length));
    const lengths = new Uint32Array(size).fill(NO_DOCUMENT);
    lengths.set(this.lengths);
    this.lengths = lengths;
    [this.sums, this.best] = [new Float64Array(size), new Float64Array(size)];
    [this.touched, this.touchedByWord] = [new Uint32Array(size), new Uint32Array(size)];
  }

  /** Adds a term to the sums of its rows; gives how many rows are touched then. */
  private addTerm(term: WeightedTerm, touchedBefore: number): number {
    return this.accumulate(term, this.sums, this.touched, touchedBefore, false);
  }

  /** Adds the best of a word's terms to the sums of the rows. */
  private addBestTerms(terms: readonly WeightedTerm[], touchedBefore: number): number {
    const { sums, best, touched, touchedByWord } = this;
    let found = 0;
    for (const term of terms) found = this.accumulate(term, best, touchedByWord, found, true);
    let count = touchedBefore;
    for (let i = 0; i < found; i++) {
      const row = touchedByWord[i] as number;
      const sum = sums[row] as number;
      if (sum === 0) touched[count++] = row;
      sums[row] = sum + (best[row] as number);
      best[row] = 0;
    }
    return count;
  }

  /** Adds a term's score to the `scores` of its rows, or puts it there where it is better; collects the rows that had none. */
  private accumulate({ stem, factor }: WeightedTerm, scores: Float64Array, touched: Uint32Array, touchedBefore: number, keepsBest: boolean): number {
    const { lengths } = this;
    const scale = factor * (K1 + 1);
    const [base, slope] = [K1 * (1 - B), (K1 * B) / this.meanLength];
    let count = touchedBefore;
    this.postings.eachBlock(this.lists.get(stem) ?? 0, (rows, frequencies, from, to) => {
      for (let place = from; place < to; place++) {
        const row = rows[place] as number;
        const frequency = frequencies[place] as number;
        const score = (scale * frequency) / (frequency + base + slope * (lengths[row] as number));
        const before = scores[row] as number;
        if (before === 0) touched[count++] = row;
        if (!keepsBest) scores[row] = before + score;
        else if (score > before) scores[row] = score;
      }
    });
    return count;
  }

  /** The best of the touched rows; the sums are 0 again. */
  private collect(count: number, limit: number, allowed: Uint8Array | undefined): KeywordMatches {
    const { sums, touched, lengths } = this;
    const best = new BestRows(Math.min(limit, count));
    let total = 0;
    for (let i = 0; i < count; i++) {
      const row = touched[i] as number;
      const sum = sums[row] as number;
      sums[row] = 0;
      if (lengths[row] === NO_DOCUMENT || (allowed !== undefined && allowed[row] !== 1)) continue;
      total++;
      if (sum + 1e-6 >= best.least) best.add(row, roundScore(sum));
    }
    return { ...best.ranked(), total };
  }
}
