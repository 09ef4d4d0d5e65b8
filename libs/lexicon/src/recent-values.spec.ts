import { RecentValues } from './recent-values';

function noting(most: number): { values: RecentValues<{ key: string }>; made: string[] } {
  const made: string[] = [];
  const values = new RecentValues(most, (key) => {
    made.push(key);
    return { key };
  });
  return { values, made };
}

describe('recent values', () => {
  it('are made once while they are in use', () => {
    const { values, made } = noting(2);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b', 'a']) expect(values.get(key)).toEqual({ key });
    expect(made).toEqual(['a', 'b', 'c']);
  });

  it('are forgotten after as many others, and made anew', () => {
    const { values, made } = noting(2);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'a']) expect(values.get(key)).toEqual({ key });
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
  });

  it('are at most twice as many as a generation holds', () => {
    const { values, made } = noting(10);
    const keys = Array.from({ length: 1_000 }, (_key, i) => String(i));
    for (const key of keys) values.get(key);
    const before = made.length;
    for (const key of keys.toReversed()) values.get(key);
    expect(made.length - before).toBeGreaterThanOrEqual(980);
  });

  it('of long keys are never remembered', () => {
    const { values, made } = noting(10);
    for (const length of [32, 32, 33, 33]) values.get('x'.repeat(length));
    expect(made.map(({ length }) => length)).toEqual([32, 33, 33]);
  });
});
