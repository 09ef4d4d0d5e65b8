import type { ExplanationStep } from '@sigmalang/contracts';
import type { Evidence } from './evidence';
import { cosineText, likenessText, percent, type WrittenWords } from './wording';

/** Words that are ranked by their cosine to b - a + c. */
export const MOST_RANKED = 1_000;

/** What was measured, in the order in which it is reckoned; at depth 3 also what speaks against it. */
export function stepsOf(evidence: Evidence, rank: number, { a, b, c, d }: WrittenWords, depth: 2 | 3): ExplanationStep[] {
  const alike = (name: string, value: number, things: string): ExplanationStep => ({ name, value, text: `${things} are ${likenessText(value)}` });
  const likely = (name: string, value: number, what: string): ExplanationStep => ({ name, value, text: `${what}: ${percent(value)}` });
  const { others, d: answer } = evidence;
  const steps = [
    alike('cos(a, b)', evidence.cosineAB, `the vectors of ${a} and ${b}`),
    alike('cos(c, d)', evidence.cosineCD, `the vectors of ${c} and ${d}`),
    alike('cos(b - a, d - c)', evidence.cosineOffsets, `the steps from ${a} to ${b} and from ${c} to ${d}`),
    alike('cos(d, b - a + c)', evidence.cosineToTarget, `${d} and the step from ${a} to ${b}, taken from ${c},`),
    { name: 'rank of d by cos to b - a + c', value: rank, text: rankText(rank, d) },
    likely('relation agreement', evidence.relationAgreement, 'both pairs stand in one known relation'),
    { name: 'morphology agreement', value: evidence.formAgreement, text: formText(evidence.formAgreement, { a, b, c, d }) },
    likely('p(d)', answer.probability, `${d} is the fourth word, among all that may be`),
  ];
  if (depth === 2) return steps;
  return [
    ...steps,
    likely('relation reversal', evidence.relationReversal, 'the pairs stand in one known relation, but the other way round'),
    likely('p(likeliest other)', others[0]?.probability ?? 0, 'the likeliest other word is the fourth'),
    { name: 'log-odds of d', value: answer.score, text: `${d} is ${answer.score > 0 ? 'likelier' : 'not likelier'} than that there is no answer (logarithm of the odds ${cosineText(answer.score)})` },
  ];
}

function rankText(rank: number, d: string): string {
  if (rank > MOST_RANKED) return `${d} is not among the ${MOST_RANKED} words nearest to the point where the step leads`;
  return rank === 1 ? `${d} is the word nearest to the point where the step leads` : `${d} is number ${rank} of the words nearest to the point where the step leads`;
}

function formText(agreement: number, { a, b, c, d }: WrittenWords): string {
  if (agreement === 0) return `no change of form from ${a} to ${b} makes ${d} of ${c}`;
  return `a change of form from ${a} to ${b} makes ${d} of ${c}${agreement === 1 ? '' : ', if not as its first spelling'}`;
}
