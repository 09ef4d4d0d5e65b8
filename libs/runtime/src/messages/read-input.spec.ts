import { ServiceError } from '@sigmalang/contracts';
import { readInput } from './read-input';

/** An error as the pure libraries refuse input. */
class RefusedError extends Error {
  constructor(readonly reason: unknown) {
    super('the checksum is wrong');
  }
}

function failureOf(error: unknown): unknown {
  try {
    return readInput('vectors[2]', () => {
      throw error;
    });
  } catch (failure) {
    return failure;
  }
}

describe('reading a field', () => {
  it('gives what is read', () => {
    expect(readInput('a', () => [1, 2])).toEqual([1, 2]);
  });

  it('that a library refuses with a reason is INVALID_REQUEST, naming field and reason', () => {
    const failure = failureOf(new RefusedError('checksum'));
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'vectors[2]: the checksum is wrong',
      errors: [{ field: 'vectors[2]', rule: 'checksum', message: 'vectors[2]: the checksum is wrong' }],
    });
  });

  it('names the field within it that the error names', () => {
    const message = 'vectors[2].copies[1]: the checksum is wrong';
    expect(failureOf(Object.assign(new RefusedError('checksum'), { field: 'copies[1]' }))).toMatchObject({
      code: 'INVALID_REQUEST',
      message,
      errors: [{ field: 'vectors[2].copies[1]', rule: 'checksum', message }],
    });
  });

  it.each([
    ['an error without a reason', new RangeError('broken')],
    ['an error whose reason is no text', new RefusedError(5)],
    ['a ServiceError', new ServiceError('CONFLICT', 'No')],
    ['what is no error', { reason: 'checksum' }],
  ])('passes %s on as it is', (_what, error) => {
    expect(failureOf(error)).toBe(error);
  });
});
