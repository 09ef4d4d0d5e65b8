import fc from 'fast-check';
import { bind, bundle, similarity } from './algebra';
import { recordSimilarity } from './record-theory';
import { bindPair, bundlePairs, fillerVector, roleFillerRecord, type RoleFillerPair, roleVector } from './role-filler-record';
import { symbolVector } from './symbol-vector';

const refusal = (reason: string): Error => expect.objectContaining({ name: 'VectorError', reason }) as Error;

const dimensionsOf = fc.constantFrom(1024, 1030, 4096, 10_000);
const pairsOf = fc.uniqueArray(fc.record({ role: fc.string({ maxLength: 8 }), filler: fc.string({ maxLength: 8 }) }), {
  minLength: 1,
  maxLength: 20,
  selector: ({ role }) => role,
});
const settings = { seed: 53, numRuns: 60 };

describe('a record of roles and fillers', () => {
  it('does not depend on the order of its pairs', () => {
    fc.assert(
      fc.property(pairsOf, dimensionsOf, (pairs, dimensions) => {
        expect(roleFillerRecord(pairs.toReversed(), dimensions)).toEqual(roleFillerRecord(pairs, dimensions));
      }),
      settings,
    );
  });

  it('gives each filler back by its role, and each role by its filler, as like as theory says', () => {
    fc.assert(
      fc.property(pairsOf, dimensionsOf, (pairs, dimensions) => {
        const record = roleFillerRecord(pairs, dimensions);
        const expected = recordSimilarity(pairs.length);
        for (const { role, filler } of pairs) {
          const unbound = similarity(bind(record, roleVector(role, dimensions)), fillerVector(filler, dimensions));
          expect(Math.abs(unbound - expected)).toBeLessThan(5 / Math.sqrt(dimensions));
          expect(similarity(bind(record, fillerVector(filler, dimensions)), roleVector(role, dimensions))).toBe(unbound);
          expect(Math.abs(similarity(bind(record, roleVector(role, dimensions)), fillerVector('a stranger', dimensions)))).toBeLessThan(
            5 / Math.sqrt(dimensions),
          );
        }
      }),
      settings,
    );
  });

  it('of one pair is the bound pair', () => {
    const pair = { role: 'currency', filler: 'dollar' };
    expect(roleFillerRecord([pair], 1024)).toEqual(bindPair(pair, 1024));
  });

  it('of an odd number of pairs is their majority', () => {
    const pairs = ['a', 'b', 'c'].map((role) => ({ role, filler: `${role}!` }));
    expect(roleFillerRecord(pairs, 1024)).toEqual(bundle(pairs.map((pair) => bindPair(pair, 1024))));
  });

  it('tells a name as a role from the same name as a filler, and from the name alone', () => {
    const vectors = [roleVector('orange', 10_000), fillerVector('orange', 10_000), symbolVector('orange', 10_000)];
    for (const [i, vector] of vectors.entries()) {
      for (const other of vectors.slice(i + 1)) expect(Math.abs(similarity(vector, other))).toBeLessThan(0.05);
    }
    const pair = { role: 'orange', filler: 'orange' };
    expect(similarity(roleFillerRecord([pair, { role: 'x', filler: 'y' }, { role: 'u', filler: 'v' }], 10_000), bindPair(pair, 10_000))).toBeCloseTo(0.5, 1);
  });

  it('breaks its ties unlike another record', () => {
    const record = (name: string) => roleFillerRecord([{ role: `${name}1`, filler: 'a' }, { role: `${name}2`, filler: 'b' }], 65_536);
    expect(Math.abs(similarity(record('x'), record('y')))).toBeLessThan(5 / Math.sqrt(65_536));
  });

  const [pair, other]: RoleFillerPair[] = [{ role: 'a', filler: 'b' }, { role: 'a', filler: 'c' }];
  const vector = symbolVector('v', 1024);

  it.each([
    ['empty', () => roleFillerRecord([], 1024)],
    ['duplicate', () => roleFillerRecord([pair, other].flatMap((each) => each ?? []), 1024)],
    ['mismatch', () => bundlePairs([{ role: 'a', filler: 'b' }], [vector, vector])],
    ['dimensions', () => roleFillerRecord([{ role: 'a', filler: 'b' }], 10)],
  ])('is refused with reason %s', (reason, make) => {
    expect(make).toThrow(refusal(reason));
  });
});
