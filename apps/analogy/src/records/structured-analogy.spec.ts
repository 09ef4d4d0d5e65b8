import { STRUCTURED_METHODS, type StructuredMethod } from '@sigmalang/contracts';
import { recordSimilarity, roleFillerRecord, type RoleFillerPair } from '@sigmalang/vector';
import { askAtRandom, calibrationError, intervalOf, meanOf } from './recall-trials';
import { answerStructuredAnalogy, type BundledRecord, expectedOfRecord } from './structured-analogy';

const DIMENSIONS = 10_000;

function pairsOf(record: Readonly<Record<string, string>>): RoleFillerPair[] {
  return Object.entries(record).map(([role, filler]) => ({ role, filler }));
}

function recordOf(record: Readonly<Record<string, string>>, dimensions = DIMENSIONS): BundledRecord {
  return { pairs: pairsOf(record), vector: roleFillerRecord(pairsOf(record), dimensions) };
}

const usa = recordOf({ name: 'usa', capital: 'washington', currency: 'dollar', continent: 'america', tongue: 'english' });
const mexico = recordOf({ name: 'mexico', capital: 'mexico city', currency: 'peso', continent: 'america', tongue: 'spanish' });
const settings = (method: StructuredMethod) => ({ method, topK: 5 });

describe.each(STRUCTURED_METHODS)('by %s', (method) => {
  const ask = (filler: string, source = usa, target = mexico) => answerStructuredAnalogy(source, target, filler, settings(method));

  it.each([
    ['dollar', 'peso', 'currency'],
    ['usa', 'mexico', 'name'],
    ['washington', 'mexico city', 'capital'],
    ['english', 'spanish', 'tongue'],
    ['america', 'america', 'continent'],
  ])('the %s of Mexico is %s, by their %s', (filler, answer, role) => {
    const found = ask(filler);
    expect(found).toMatchObject({ answer, role, method });
    expect(found.reason).toBeUndefined();
    expect(found.confidence).toBeGreaterThan(0.999);
    expect(Math.abs(found.similarity - found.expected.similarity)).toBeLessThan(0.05);
    expect(found.similarity).toBeGreaterThan(found.expected.threshold);
    expect(found.expected.accuracy).toBeGreaterThan(0.999);
    expect(found.alternatives.map((each) => each.answer)).not.toContain(answer);
    expect(found.alternatives).toHaveLength(4);
    for (const { confidence } of found.alternatives) expect(confidence).toBeLessThan(0.001);
  });

  it('the same question asked the other way round is answered too', () => {
    expect(ask('peso', mexico, usa)).toMatchObject({ answer: 'dollar', role: 'currency' });
  });

  it.each([
    ['that nobody has', 'euro'],
    ['that the target alone has', 'peso'],
    ['by the name of a role', 'currency'],
  ])('a filler %s has no counterpart', (_what, filler) => {
    expect(ask(filler)).toMatchObject({ answer: null, role: null, similarity: 0, confidence: 0, alternatives: [], reason: 'filler-not-in-source' });
  });

  it('a role that the target has not has no counterpart, whatever else they have in common', () => {
    const stateless = recordOf({ name: 'mexico', capital: 'mexico city', continent: 'america', tongue: 'english' });
    expect(ask('dollar', usa, stateless)).toMatchObject({ answer: null, role: 'currency', confidence: 0, alternatives: [], reason: 'role-not-in-target' });
  });

  it('a name that is a role here and a filler there is no trouble', () => {
    const fruit = recordOf({ orange: 'fruit', colour: 'orange' });
    const sky = recordOf({ orange: 'dusk', colour: 'blue' });
    expect(ask('orange', fruit, sky)).toMatchObject({ answer: 'blue', role: 'colour' });
    expect(ask('fruit', fruit, sky)).toMatchObject({ answer: 'dusk', role: 'orange' });
  });

  it('a filler that has two roles has two answers, each half believed', () => {
    const source = recordOf({ north: 'sea', south: 'sea', east: 'land' });
    const target = recordOf({ north: 'ice', south: 'sand', east: 'hills' });
    const { answer, confidence, alternatives } = ask('sea', source, target);
    expect(['ice', 'sand']).toContain(answer);
    expect([answer, alternatives[0]?.answer].toSorted()).toEqual(['ice', 'sand']);
    expect(confidence + (alternatives[0]?.confidence ?? 0)).toBeCloseTo(1, 6);
    expect(confidence).toBeCloseTo(0.5, 6);
  });

  it('a filler that the target has in another role does not lead back to the source', () => {
    const source = recordOf({ home: 'red', away: 'blue', third: 'green', sponsor: 'acme', city: 'leeds' });
    const target = recordOf({ home: 'white', away: 'red', third: 'blue', sponsor: 'zeta', city: 'york' });
    expect(ask('red', source, target)).toMatchObject({ answer: 'white', role: 'home' });
  });

  it('fillers that have changed places are found', () => {
    const source = recordOf({ home: 'red', away: 'white', third: 'green', sponsor: 'acme', city: 'leeds' });
    const target = recordOf({ home: 'white', away: 'red', third: 'blue', sponsor: 'zeta', city: 'york' });
    expect(ask('red', source, target)).toMatchObject({ answer: 'white', role: 'home' });
  });

  it('records of one pair, and a record and itself, are answered', () => {
    expect(ask('b', recordOf({ a: 'b' }), recordOf({ a: 'c' }))).toMatchObject({ answer: 'c', role: 'a', similarity: 1, confidence: 1 });
    expect(ask('dollar', usa, usa)).toMatchObject({ answer: 'dollar', role: 'currency', expected: { similarity: method === 'roles' ? 0.375 : 1 } });
  });

  it('no more alternatives than asked for are told', () => {
    expect(answerStructuredAnalogy(usa, mexico, 'dollar', { method, topK: 1 }).alternatives).toHaveLength(1);
  });

  it.each([
    [5, 10_000],
    [10, 10_000],
    [5, 1_024],
    [8, 1_024],
    [18, 1_024],
  ])('random questions about %i pairs at %i dimensions are answered as often as theory says', (pairs, dimensions) => {
    const trials = askAtRandom('spec', 400, { pairs, dimensions, method });
    const right = meanOf(trials.map((trial) => Number(trial.right)));
    const theory = meanOf(trials.map(({ accuracy }) => accuracy));
    expect(Math.abs(right - theory)).toBeLessThan(1.6 * intervalOf(theory, trials.length) + 0.005);
    if (dimensions === 10_000) expect(right).toBeGreaterThanOrEqual(0.99);
  });

  it.each(['unknown filler', 'missing role'] as const)('questions without an answer (%s) are answered as seldom as is stated', (kind) => {
    const trials = [3, 8, 20].flatMap((pairs) => askAtRandom('spec', 150, { pairs, dimensions: 1_024, method, kind }));
    const answered = meanOf(trials.map((trial) => Number(trial.answered)));
    expect(answered).toBeLessThan(0.01 + 2 * Math.sqrt(0.01 / trials.length));
  });

  it('the confidence is right as often as it says', () => {
    const trials = [4, 8, 12, 16].flatMap((pairs) => askAtRandom('spec/ece', 200, { pairs, dimensions: method === 'roles' ? 1_024 : 6_000, method }));
    expect(calibrationError(trials)).toBeLessThan(0.03);
  });
});

it('where even theory expects little, the accuracy says so', () => {
  const many = Array.from({ length: 40 }, (_pair, i) => ({ role: `r${i}`, filler: `f${i}` }));
  const record = { pairs: many, vector: roleFillerRecord(many, 1_024) };
  const { expected } = answerStructuredAnalogy(record, record, 'f0', settings('roles'));
  expect(expected.accuracy).toBeLessThan(0.6);
  expect(expected.similarity).toBeCloseTo(recordSimilarity(40), 12);
});

it('a record is expected to give back the filler of a role as theory says', () => {
  expect(expectedOfRecord(usa.pairs, DIMENSIONS)).toMatchObject({ similarity: 0.375, threshold: expect.closeTo(0.1875, 3) as number });
  expect(expectedOfRecord(usa.pairs, DIMENSIONS).accuracy).toBeCloseTo(1, 9);
});
