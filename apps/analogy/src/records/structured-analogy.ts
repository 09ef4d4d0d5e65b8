import type { ExpectedRecall, StructuredAlternative, StructuredAnalogyResponse, StructuredMethod } from '@sigmalang/contracts';
import {
  bind,
  cleanupAccuracy,
  cleanupPosteriors,
  falseAlarm,
  fillerVector,
  type Hypervector,
  mappingSimilarity,
  type Recall,
  recognitionThreshold,
  recordAgreement,
  recordSimilarity,
  type RoleFillerPair,
  roleVector,
  sharedPosteriors,
  similarity,
} from '@sigmalang/vector';

/** A record, as it was given and as a vector. */
export interface BundledRecord {
  readonly pairs: readonly RoleFillerPair[];
  readonly vector: Hypervector;
}

/** A name, how like its vector is to a noisy one, and the probability that this is because the noisy one holds it. */
interface Cleaned {
  readonly name: string;
  readonly similarity: number;
  readonly probability: number;
}

/** A filler of the target that may be the answer. */
interface Candidate extends StructuredAlternative {
  readonly role: string;
}

/** Fillers of the target, best first, and the one that is recognised as the answer. */
interface Candidates {
  readonly all: readonly Candidate[];
  readonly answer: Candidate | undefined;
}

/** What is told of a question beside its answer. */
type Framed = Pick<StructuredAnalogyResponse, 'expected' | 'method'>;

/** Roles of a lower probability than this are not followed into the target. */
const LEAST_PROBABILITY = 0.001;

/**
 * What fills in the target the role that a filler fills in the source, found from the vectors of both: names are what noisy results are compared
 * with. By `roles`, role and filler are cleaned up one after the other; by `mapping`, the filler alone (Kanerva, "What we mean when we say 'What's the
 * dollar of Mexico?'", 2010), after its role in the source was recognised. How noisy results are is told by the sizes of the records, how many pairs
 * both have, whether a filler is repeated, and, for `mapping`, which fillers it also gives by its other direction. Records of three pairs can mislead
 * the mapping where the target has in one role what the source has in another: then terms of third order can be as strong as the counterpart.
 */
export function answerStructuredAnalogy(
  source: BundledRecord,
  target: BundledRecord,
  filler: string,
  { method, topK }: { readonly method: StructuredMethod; readonly topK: number },
): StructuredAnalogyResponse {
  const { dimensions } = source.vector;
  const names = [...new Set([...source.pairs, ...target.pairs].map(({ role }) => role))];
  const recall = { expected: recordSimilarity(source.pairs.length), dimensions, candidates: names.length };
  const threshold = recognitionThreshold(recall);
  const noisyRole = bind(source.vector, fillerVector(filler, dimensions));
  const roles = cleanUp(noisyRole, names, (name) => roleVector(name, dimensions), recall, { isOneOfSeveral: hasRepeated(source) });
  const frame = { expected: expectedOf(source.pairs, target.pairs, filler, { method, dimensions }), method };
  const recognised = roles.filter((each) => each.similarity >= threshold);
  const role = mostProbable(recognised);
  if (!role) return unanswered(frame, null);
  const { all, answer } = method === 'roles' ? byRoles(recognised, target) : byMapping(source, target, filler, roles);
  if (!answer) return unanswered(frame, role.name);
  const { confidence } = answer;
  return {
    answer: answer.answer,
    role: answer.role,
    similarity: answer.similarity,
    confidence,
    ...frame,
    alternatives: all
      .filter((each) => each.answer !== answer.answer)
      .slice(0, topK)
      .map((each) => ({ answer: each.answer, similarity: each.similarity, confidence: each.confidence })),
  };
}

/** What theory expects of asking a record of so many pairs for the filler of a role. */
export function expectedOfRecord(pairs: readonly RoleFillerPair[], dimensions: number): ExpectedRecall {
  return expectedOfRecall({ expected: recordSimilarity(pairs.length), dimensions, candidates: distinct(pairs).length });
}

function unanswered(frame: Framed, role: string | null): StructuredAnalogyResponse {
  const reason = role === null ? 'filler-not-in-source' : 'role-not-in-target';
  return { answer: null, role, similarity: 0, confidence: 0, ...frame, alternatives: [], reason };
}

/** Fillers of the target under each role that was recognised; several, where the filler fills several in the source. */
function byRoles(roles: readonly Cleaned[], target: BundledRecord): Candidates {
  const { dimensions } = target.vector;
  const fillers = distinct(target.pairs);
  const recall = { expected: recordSimilarity(target.pairs.length), dimensions, candidates: fillers.length };
  const threshold = recognitionThreshold(recall);
  const best = new Map<string, Candidate>();
  const likely = roles.filter(({ probability }) => probability >= LEAST_PROBABILITY);
  const vectors = new Map(fillers.map((name) => [name, fillerVector(name, dimensions)]));
  for (const { name: role, probability } of likely) {
    const noisy = bind(target.vector, roleVector(role, dimensions));
    for (const cleaned of cleanUp(noisy, fillers, (name) => vectors.get(name) ?? fillerVector(name, dimensions), recall)) {
      const before = best.get(cleaned.name);
      const confidence = (before?.confidence ?? 0) + probability * cleaned.probability;
      const own = { answer: cleaned.name, similarity: cleaned.similarity, role };
      best.set(cleaned.name, { ...(before && before.similarity >= own.similarity ? before : own), confidence });
    }
  }
  const all = [...best.values()].sort(byConfidence);
  return { all, answer: all.find((each) => each.similarity >= threshold) };
}

/** Fillers of the target by what the mapping of the source to the target makes of the filler. */
function byMapping(source: BundledRecord, target: BundledRecord, filler: string, roles: readonly Cleaned[]): Candidates {
  const { dimensions } = target.vector;
  const fillers = distinct(target.pairs);
  const recall = { expected: mappedSimilarity(source.pairs, target.pairs), dimensions, candidates: fillers.length };
  const threshold = recognitionThreshold(recall);
  const back = mappedBack(source.pairs, target.pairs, filler);
  const asBack = (name: string): number => (back.get(name) ?? 0) * recall.expected;
  const mapped = bind(bind(source.vector, target.vector), fillerVector(filler, dimensions));
  const others = fillers.filter((name) => name !== filler);
  const cleaned = cleanUp(mapped, others, (name) => fillerVector(name, dimensions), recall, { expectedAnyway: asBack, isOneOfSeveral: hasRepeated(source) });
  const isInTarget = fillers.includes(filler);
  const itself = isInTarget ? probabilityOfItself(filler, target, roles) : 0;
  const all = [
    ...cleaned.map((each) => ({ ...each, probability: each.probability * (1 - itself) })),
    ...(isInTarget ? [{ name: filler, similarity: similarity(source.vector, target.vector), probability: itself }] : []),
  ];
  const candidates = all
    .map(({ name, similarity, probability }) => ({ answer: name, similarity, confidence: probability, role: '' }))
    .sort(byConfidence);
  const best = candidates.at(0);
  const isRecognised = best !== undefined && best.similarity - asBack(best.answer) >= threshold;
  return { all: candidates, answer: isRecognised ? { ...best, role: roleOf(best.answer, target, roles) } : undefined };
}

/**
 * How often each filler comes out of the mapping in the wrong direction. Binding is its own inverse, so that the mapping takes the fillers of the
 * target to those of the source too: a filler that is in both also gives what the source has in its role of the target, as strongly as the counterpart.
 */
function mappedBack(source: readonly RoleFillerPair[], target: readonly RoleFillerPair[], filler: string): ReadonlyMap<string, number> {
  const inSource = new Map(source.map((pair) => [pair.role, pair.filler]));
  const counts = new Map<string, number>();
  for (const { role } of target.filter((pair) => pair.filler === filler)) {
    const back = inSource.get(role);
    if (back !== undefined && back !== filler) counts.set(back, (counts.get(back) ?? 0) + 1);
  }
  return counts;
}

/**
 * Probability that the counterpart of a filler is the filler itself: that it has the same role in both records, by its clean-up in each. What the
 * mapping makes of a filler is as like to it as the two records are to one another, whether or not its pair is one that they have in common.
 */
function probabilityOfItself(filler: string, target: BundledRecord, inSource: readonly Cleaned[]): number {
  const { dimensions } = target.vector;
  const names = inSource.map(({ name }) => name);
  const recall = { expected: recordSimilarity(target.pairs.length), dimensions, candidates: names.length };
  const inTarget = cleanUp(bind(target.vector, fillerVector(filler, dimensions)), names, (name) => roleVector(name, dimensions), recall, { isOneOfSeveral: hasRepeated(target) });
  return inSource.reduce((sum, { probability }, i) => sum + probability * (inTarget[i]?.probability ?? 0), 0);
}

/** The role by which both records know an answer best. */
function roleOf(answer: string, target: BundledRecord, roles: readonly Cleaned[]): string {
  const { dimensions } = target.vector;
  const noisy = bind(target.vector, fillerVector(answer, dimensions));
  const sums = roles.map(({ name, similarity: inSource }) => ({ name, sum: inSource + similarity(noisy, roleVector(name, dimensions)) }));
  return sums.reduce((best, each) => (each.sum > best.sum ? each : best), { name: '', sum: -Infinity }).name;
}

/** What is to be expected of names beside that one of them is right. */
interface CleanUpOptions {
  /** Similarity that a name has whether or not it is right. */
  readonly expectedAnyway?: (name: string) => number;
  /** Whether several can be right, of which one is meant. */
  readonly isOneOfSeveral?: boolean;
}

/** Compares a noisy vector with those of names. */
function cleanUp(
  noisy: Hypervector,
  names: readonly string[],
  vectorOf: (name: string) => Hypervector,
  recall: Recall,
  { expectedAnyway = () => 0, isOneOfSeveral = false }: CleanUpOptions = {},
): Cleaned[] {
  const posteriors = isOneOfSeveral ? sharedPosteriors : cleanupPosteriors;
  const similarities = names.map((name) => similarity(noisy, vectorOf(name)));
  const probabilities = posteriors(similarities.map((each, i) => each - expectedAnyway(names[i] ?? '')), recall);
  return names.map((name, i) => ({ name, similarity: similarities[i] ?? 0, probability: probabilities[i] ?? 0 }));
}

/** Whether a filler has several roles in a record. */
function hasRepeated({ pairs }: BundledRecord): boolean {
  return distinct(pairs).length < pairs.length;
}

function mostProbable(cleaned: readonly Cleaned[]): Cleaned | undefined {
  return cleaned.toSorted((a, b) => b.probability - a.probability || b.similarity - a.similarity).at(0);
}

function byConfidence(a: Candidate, b: Candidate): number {
  return b.confidence - a.confidence || b.similarity - a.similarity;
}

function distinct(pairs: readonly RoleFillerPair[]): string[] {
  return [...new Set(pairs.map(({ filler }) => filler))];
}

/** How many pairs two records have in common. */
function sharedPairs(source: readonly RoleFillerPair[], target: readonly RoleFillerPair[]): number {
  const fillerOf = new Map(source.map(({ role, filler }) => [role, filler]));
  return target.filter(({ role, filler }) => fillerOf.get(role) === filler).length;
}

/** Similarity that the mapping of two records gives to a counterpart which is not in a pair that they have in common. */
function mappedSimilarity(source: readonly RoleFillerPair[], target: readonly RoleFillerPair[]): number {
  return mappingSimilarity(source.length, target.length, Math.min(sharedPairs(source, target), source.length - 1, target.length - 1));
}

function expectedOfRecall(recall: Recall): ExpectedRecall {
  const threshold = recognitionThreshold(recall);
  return { similarity: recall.expected, accuracy: cleanupAccuracy(recall, threshold), threshold, falseAlarm: falseAlarm(threshold, recall) };
}

/** What theory expects of a question: that the filler is recognised in the source, and its counterpart found and recognised. */
function expectedOf(
  source: readonly RoleFillerPair[],
  target: readonly RoleFillerPair[],
  filler: string,
  { method, dimensions }: { readonly method: StructuredMethod; readonly dimensions: number },
): ExpectedRecall {
  const roles = new Set([...source, ...target].map(({ role }) => role)).size;
  const role = expectedOfRecall({ expected: recordSimilarity(source.length), dimensions, candidates: roles });
  const inBoth = source.some((pair) => pair.filler === filler && target.some((other) => other.role === pair.role && other.filler === filler));
  const mapped = inBoth ? recordAgreement(source.length, target.length, sharedPairs(source, target)) : mappedSimilarity(source, target);
  const expected = method === 'roles' ? recordSimilarity(target.length) : mapped;
  const found = expectedOfRecall({ expected, dimensions, candidates: distinct(target).length });
  return Object.assign(found, { accuracy: role.accuracy * found.accuracy });
}
