import { calibrationOf } from './calibration';

/** As many outcomes of one confidence, of which so many are right. */
const outcomes = (confidence: number, count: number, right: number): { confidence: number; isRight: boolean }[] =>
  Array.from({ length: count }, (_outcome, i) => ({ confidence, isRight: i < right }));

describe('calibration', () => {
  it.each([
    ['always sure and right', outcomes(1, 4, 4), 1, 0],
    ['always sure and wrong', outcomes(1, 4, 0), 0, 1],
    ['never sure and wrong', outcomes(0, 4, 0), 0, 0],
    ['as often right as it says', outcomes(0.75, 4, 3), 0.75, 0],
    ['too sure', outcomes(0.9, 10, 6), 0.6, 0.3],
    ['not sure enough', outcomes(0.25, 4, 3), 0.75, 0.5],
    // 10 of 20 in a bin that is off by .3, and 10 in one that is off by .1
    ['too sure of some and not of others', [...outcomes(0.9, 10, 6), ...outcomes(0.3, 10, 4)], 0.5, 0.2],
    // 6 of 10 with a mean of .45 and half right, 4 of 10 with .65 and one in four
    ['of several probabilities in a bin', [...outcomes(0.42, 3, 2), ...outcomes(0.48, 3, 1), ...outcomes(0.62, 2, 1), ...outcomes(0.68, 2, 0)], 0.4, 0.6 * 0.05 + 0.4 * 0.4],
  ])('of one who is %s', (_who, measured, accuracy, expectedError) => {
    const found = calibrationOf(measured);
    expect(found.count).toBe(measured.length);
    expect(found.accuracy).toBeCloseTo(accuracy, 12);
    expect(found.expectedError).toBeCloseTo(expectedError, 12);
  });

  it('has ten equal bins, the last of them with 1', () => {
    const { bins } = calibrationOf([0, 0.05, 0.1, 0.55, 0.95, 1].map((confidence) => ({ confidence, isRight: confidence > 0.5 })));
    expect(bins.map(({ count }) => count)).toEqual([2, 1, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(bins[0]).toEqual({ count: 2, stated: 0.025, true: 0 });
    expect(bins[9]).toEqual({ count: 2, stated: 0.975, true: 1 });
    expect(bins[3]).toEqual({ count: 0, stated: 0, true: 0 });
  });

  it.each([Number.NaN, -0.2, Infinity])('is refused of %s, which is no probability', (confidence) => {
    expect(() => calibrationOf([{ confidence, isRight: true }])).toThrow(RangeError);
  });

  it('of nothing is no error', () => {
    expect(calibrationOf([])).toMatchObject({ count: 0, accuracy: 0, expectedError: 0 });
  });
});
