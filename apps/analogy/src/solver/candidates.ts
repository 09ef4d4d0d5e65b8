import type { OrientedRelation } from '../relations/oriented-relation';
import { toUnit, type WordSpace } from '../word-space';
import type { StudiedQuestion } from './question';

/** Words nearest to b - a + c, to c, and to c moved as the relation moves on average, that are looked at. */
const NEAREST = 100;

/** Words of the type that a relation answers with that are looked at. */
const OF_TYPE = 200;

/** The lexicon also lists punctuation and stray characters. */
const WITH_LETTERS = /\p{L}/u;

/** Finds the words that may be an answer, so that all else need not be measured. */
export class CandidateFinder {
  private readonly ofType = new Map<OrientedRelation, readonly number[]>();

  constructor(private readonly space: WordSpace) {}

  /** Indices of the words that may answer, each once; a, b and c never. */
  candidates({ a, b, c, target, vectors, made, lessons }: StudiedQuestion): number[] {
    const directions = [target, vectors.c];
    const [lesson] = lessons;
    if (lesson) directions.push(toUnit(vectors.c.map((value, i) => value + (lesson.meanSecond[i] ?? 0) - (lesson.meanFirst[i] ?? 0))));
    const found = new Set(made.keys());
    for (const scored of this.space.nearest.nearest(directions, NEAREST)) for (const { index } of scored) found.add(index);
    for (const { recognized } of lessons) for (const index of this.typeOf(recognized.relation)) found.add(index);
    for (const word of [a, b, c]) found.delete(word);
    return [...found].filter((word) => WITH_LETTERS.test(this.space.lexicon.word(word)));
  }

  /** The words nearest to the second words of a relation on average. */
  private typeOf(relation: OrientedRelation): readonly number[] {
    const known = this.ofType.get(relation);
    if (known) return known;
    const sum = new Float32Array(this.space.lexicon.dimensions);
    for (const { second } of relation.examples) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (second[i] ?? 0);
    const found = (this.space.nearest.nearest([toUnit(sum)], OF_TYPE)[0] ?? []).map(({ index }) => index);
    this.ofType.set(relation, found);
    return found;
  }
}
