import fc from 'fast-check';
import { cosine } from './evaluation/similarity-benchmark';
import { addCode, featureSeed, IDENTITY_DIMENSIONS, toUnitLength } from './identity-code';
import { numberIdentity, wordIdentity } from './token-identity';

const code = (name: string) => {
  const target = new Float64Array(IDENTITY_DIMENSIONS);
  addCode(target, featureSeed('stem', name), 1);
  return target;
};

describe('codes of features', () => {
  it('have unit length and add up', () => {
    const twice = code('x');
    addCode(twice, featureSeed('stem', 'x'), 1);
    expect(Math.hypot(...code('x'))).toBeCloseTo(1, 12);
    expect(Math.hypot(...twice)).toBeCloseTo(2, 12);
  });

  it('of different names are as unrelated as random signs', () => {
    const codes = Array.from({ length: 150 }, (_, i) => code(`name${i}`));
    const cosines = codes.flatMap((a, i) => codes.slice(i + 1).map((b) => cosine(a, b)));
    const meanSquare = cosines.reduce((sum, value) => sum + value * value, 0) / cosines.length;
    expect(meanSquare * IDENTITY_DIMENSIONS).toBeCloseTo(1, 1);
    expect(Math.max(...cosines.map(Math.abs))).toBeLessThan(0.45);
  });

  it('tell kinds of features apart', () => {
    expect(featureSeed('year', '7')).not.toBe(featureSeed('magnitude', '7'));
  });

  it('leave a zero vector zero', () => {
    expect(toUnitLength(new Float64Array(2))).toEqual(new Float64Array(2));
  });
});

describe('the identity of a word', () => {
  it.each([
    ['an inflected form', 'computers', 'computer', 'money'],
    ['a misspelling', 'accomodation', 'accommodation', 'rhythm'],
    ['a relative', 'aerodynamic', 'aerodynamics', 'boundary'],
  ])('is nearer to %s than to another word', (_, word, near, far) => {
    const identity = wordIdentity(word);
    expect(cosine(identity, wordIdentity(near))).toBeGreaterThan(0.3);
    expect(cosine(identity, wordIdentity(far))).toBeLessThan(0.25);
  });

  it('has unit length for any word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (word) => {
        expect(Math.hypot(...wordIdentity(word))).toBeCloseTo(1, 9);
      }),
      { seed: 5 },
    );
  });
});

describe('the identity of a number', () => {
  const similarity = (a: string, b: string) => cosine(numberIdentity(a), numberIdentity(b));

  it.each([
    ['25', '26', '9000'],
    ['1990', '1991', '2015'],
    ['0.5', '0.52', '40'],
    ['1000000', '1100000', '17'],
    ['123456789012345678', '123456789012345679', '5'],
  ])('of %s is nearer to %s than to %s', (number, near, far) => {
    expect(similarity(number, near)).toBeGreaterThan(similarity(number, far) + 0.15);
    expect(similarity(number, near)).toBeLessThan(0.9);
  });

  it.each([
    ['7', '007'],
    ['0.5', '0.50'],
    ['3', '3.0'],
  ])('is the same for %s and %s', (a, b) => {
    expect(similarity(a, b)).toBeCloseTo(1, 12);
  });

  it.each(['0', '9'.repeat(400), `0.${'0'.repeat(400)}1`])('has unit length for extreme digits', (digits) => {
    expect(Math.hypot(...numberIdentity(digits))).toBeCloseTo(1, 9);
  });
});
