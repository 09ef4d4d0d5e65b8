import { configureLimits, limits } from '../limits';
import { boundVectors } from './vector-count';

const { vectorsPerCall } = limits;
beforeEach(() => configureLimits({ vectorsPerCall: 5 }));
afterEach(() => configureLimits({ vectorsPerCall }));

const vector = {};
const withCopies = (count: number) => ({ copies: Array.from({ length: count }, () => 'copy') });

it.each([
  ['one text', [[vector, vector, vector, vector, vector]]],
  ['several texts', [[vector, vector], [], [vector, vector, vector]]],
  ['copies', [[withCopies(2)], [withCopies(0), withCopies(0)]]],
])('as many vectors as a call carries pass, of %s', (_what, texts) => {
  expect(() => { boundVectors(texts); }).not.toThrow();
});

it.each([
  ['one text', [[vector, vector, vector, vector, vector, vector]]],
  ['several texts', [[vector, vector, vector], [vector, vector, vector]]],
  ['copies of one vector', [[withCopies(5)]]],
  ['copies in several texts', [[withCopies(1)], [withCopies(3)]]],
])('one more is refused, of %s', (_what, texts) => {
  const message = 'A call carries at most 5 vectors, copies included; this one has 6';
  expect(() => { boundVectors(texts); }).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', message }) as Error);
});
