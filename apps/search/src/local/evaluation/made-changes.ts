import type { Metadata } from '@sigmalang/contracts';
import { SeededGenerator } from '@sigmalang/vector';
import type { Changes, IndexedDocument, RemovedDocument } from '../../engine/search-engine';

/** Values of embeddings here. */
export const DIMENSIONS = 16;

/** Words of which the first are in most documents and the last in few; some inflected, some one typo apart, some in other scripts. */
const WORDS = `the of and search searches searching index indexes engine engines document documents vector vectors ranking ranked ranks seerch
vektor or near not don't Naïve naive straße 東京 ночь fox quick brown lazy jump jumped jumping dog dogs walrus xylophone zephyr quartz rhythm`.split(/\s+/);

/** Documents and changes to them that depend on a seed alone. */
export class MadeChanges {
  private readonly random: SeededGenerator;
  private seq = 0;

  /** @param ids ids that documents have; the fewer, the more often one is put again */
  constructor(
    seed: number,
    private readonly ids: number,
  ) {
    this.random = new SeededGenerator('made-changes', seed);
  }

  /** Changes of the next number: so many documents put, and a quarter as many removed, some of which are not there. */
  next(puts: number): Changes {
    const seq = ++this.seq;
    const ids = [...new Set(Array.from({ length: puts }, () => this.id()))].sort();
    const gone = [...new Set(Array.from({ length: puts / 4 }, () => this.id()))].filter((id) => !ids.includes(id));
    return { seq, put: ids.map((id) => this.document(id, seq)), removed: gone.map((id): RemovedDocument => ({ id, seq })) };
  }

  /** A query of a few words. */
  query(): string {
    return Array.from({ length: 1 + this.below(3) }, () => this.word()).join(' ');
  }

  /** An embedding of unit length, or now and then all zeros. */
  embedding(): Float32Array {
    if (this.below(20) === 0) return new Float32Array(DIMENSIONS);
    const values = Float32Array.from({ length: DIMENSIONS }, () => this.random.nextGaussian());
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  }

  private document(id: string, seq: number): IndexedDocument {
    const text = Array.from({ length: this.below(12) }, () => this.word()).join(this.below(4) === 0 ? ', ' : ' ');
    return { id, seq, text, metadata: this.metadata(), embedding: this.embedding() };
  }

  private metadata(): Metadata {
    const thousandth = this.below(1_000);
    return { thousandth, even: thousandth % 2 === 0, tags: [`t${thousandth % 10}`, `u${this.below(3)}`], at: { day: `2024-01-${String(1 + this.below(28)).padStart(2, '0')}` } };
  }

  private id(): string {
    return `document ${this.below(this.ids)}`;
  }

  private word(): string {
    const share = this.below(10_000) / 10_000;
    return WORDS[Math.floor(WORDS.length * share * share)] ?? '';
  }

  private below(limit: number): number {
    return this.random.nextUint32() % limit;
  }
}
