import type { KnownRelation } from '../catalogue/relation';
import { cosineText, explanationOf, likenessText, percent, sentenceOf } from './wording';

const relationOf = (sentence: string, isInverse = false) => {
  const known: KnownRelation = { name: 'one', inverse: 'other', sentence, kind: 'world', pairs: [] };
  return { known, name: isInverse ? known.inverse : known.name, isInverse, examples: [] };
};

describe('the sentence of a relation', () => {
  it('has the words in their places', () => {
    expect(sentenceOf(relationOf('{b} is the capital of {a}'), 'france', 'paris')).toBe('paris is the capital of france');
  });

  it('has them in the other places where the pair is the other way round', () => {
    expect(sentenceOf(relationOf('{b} is the capital of {a}', true), 'paris', 'france')).toBe('paris is the capital of france');
  });

  it.each([
    ['actor', 'an actor'],
    ['officer', 'an officer'],
    ['uncle', 'an uncle'],
    ['hour', 'an hour'],
    ['university', 'a university'],
    ['european', 'a european'],
    ['user', 'a user'],
    ['umbrella', 'an umbrella'],
    ['teacher', 'a teacher'],
  ])('has the article that %s takes', (word, expected) => {
    expect(sentenceOf(relationOf('a {a} works in a {b}'), word, 'theatre')).toBe(`${expected} works in a theatre`);
  });

  it('keeps signs of a word that mean something to a replacement', () => {
    expect(sentenceOf(relationOf('{a} and {b}'), '$&', '$1')).toBe('$& and $1');
  });
});

describe('numbers in words', () => {
  it.each([
    [0.734, '73 %'],
    [0.5, '50 %'],
    [0.01, '1 %'],
    [0.99, '99 %'],
    [0.9951, 'above 99 %'],
    [1, 'above 99 %'],
    [0.0099, 'below 1 %'],
    [0, 'below 1 %'],
  ])('the probability %d is %s', (probability, expected) => {
    expect(percent(probability)).toBe(expected);
  });

  it.each([
    [0.7, 'very much alike'],
    [0.5, 'much alike'],
    [0.3, 'somewhat alike'],
    [0.1, 'little alike'],
    [0, 'not alike'],
    [-0.4, 'opposed'],
  ])('things of the cosine %d are %s', (cosine, expected) => {
    expect(likenessText(cosine)).toBe(expected);
  });

  it('a cosine has two digits, and zero no sign', () => {
    expect([cosineText(0.456), cosineText(-0.3), cosineText(-0.001)]).toEqual(['0.46', '-0.30', '0.00']);
  });
});

describe('an explanation in words', () => {
  const relation = { name: 'past-of-verb', confidence: 0.8, sentence: 'walked is the past tense of walk', similarity: 0.5, candidates: [] };
  const unlikely = { name: null, confidence: 0, similarity: 0.5, candidates: [{ name: 'next-in-calendar', confidence: 0.2 }] };
  const findings = { valid: false, confidence: 0.2, similarity: 0.31, relationAB: relation, relationCD: unlikely, better: [], isMadeByForm: false };
  const words = { a: 'walk', b: 'walked', c: 'go', d: 'gone' };

  it('names the likeliest relation of a pair that has none that is likely', () => {
    expect(explanationOf(words, findings)).toContain('No known relation is likely for go and gone; the likeliest is next-in-calendar (20 %).');
  });

  it('says that a pair has no known relation where none is even named', () => {
    expect(explanationOf(words, { ...findings, relationCD: { ...unlikely, candidates: [] } })).toContain('No known relation is likely for go and gone.');
  });

  it('says both relations at once where they are the same', () => {
    const other = { ...relation, sentence: 'went is the past tense of go', confidence: 0.7 };
    expect(explanationOf(words, { ...findings, relationCD: other })).toContain(
      'The likeliest relation of both pairs is past-of-verb: walked is the past tense of walk (80 %), and went is the past tense of go (70 %).',
    );
  });

  it.each([
    ['past tense', undefined, true, 'The change of form from walk to walked (past tense) makes gone of go.'],
    ['past tense', undefined, false, 'The change of form from walk to walked (past tense) does not make gone of go.'],
    [undefined, 'past participle', false, 'The form changes from go to gone (past participle), but not from walk to walked.'],
  ])('tells of the forms %s and %s (made: %s)', (one, other, isMadeByForm, expected) => {
    const formed = (pair: typeof relation | typeof unlikely, morphology?: string) => ({ ...pair, ...(morphology !== undefined && { morphology }) });
    expect(explanationOf(words, { ...findings, relationAB: formed(relation, one), relationCD: formed(unlikely, other), isMadeByForm })).toContain(expected);
  });

  it('names the best of the likelier words', () => {
    const better = [{ answer: 'went', score: 4, confidence: 0.93 }, { answer: 'goes', score: 1, confidence: 0.04 }];
    expect(explanationOf(words, { ...findings, better })).toMatch(/A likelier fourth word is went \(93 %\)\.$/);
  });
});
