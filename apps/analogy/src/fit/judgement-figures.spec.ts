import { judgementFigures, textOfFigures } from './judgement-figures';

const right = (confidence: number, weight?: number) => ({ confidence, isRight: true, ...(weight !== undefined && { weight }) });
const wrong = (confidence: number, weight?: number) => ({ confidence, isRight: false, ...(weight !== undefined && { weight }) });

describe('figures of judgements', () => {
  it('are perfect where each is', () => {
    expect(judgementFigures([right(1), right(1), wrong(0)])).toEqual({ count: 3, calibrationError: 0, accuracy: 1, areaUnderCurve: 1 });
  });

  it('have the gap between what was said and what came true, bin by bin', () => {
    expect(judgementFigures([right(0.75), wrong(0.75), right(0.25), wrong(0.25)]).calibrationError).toBeCloseTo(0.25);
    expect(judgementFigures([right(0.52), wrong(0.58)]).calibrationError).toBeCloseTo(0.05);
  });

  it('count one half as yes', () => {
    expect(judgementFigures([right(0.5), wrong(0.5)]).accuracy).toBe(0.5);
  });

  it('have the share of the right ones that are above a wrong one', () => {
    expect(judgementFigures([right(0.9), wrong(0.8), right(0.7), wrong(0.1)]).areaUnderCurve).toBe(0.75);
    expect(judgementFigures([right(0.4), wrong(0.4)]).areaUnderCurve).toBe(0.5);
  });

  it('count a judgement of weight two as two', () => {
    const twice = judgementFigures([right(0.9), right(0.9), wrong(0.95), wrong(0.3)]);
    const { count, ...figures } = judgementFigures([right(0.9, 2), wrong(0.95), wrong(0.3)]);
    expect(count).toBe(3);
    expect(figures.accuracy).toBeCloseTo(twice.accuracy);
    expect(figures.areaUnderCurve).toBeCloseTo(twice.areaUnderCurve);
    expect(figures.calibrationError).toBeCloseTo(twice.calibrationError);
  });

  it('are written in one line', () => {
    expect(textOfFigures(judgementFigures([right(1), wrong(0)]))).toBe('ECE 0.000, accuracy 1.000, area under the curve 1.000 of 2');
  });
});
