import { ServiceError } from '@sigmalang/contracts';

/**
 * Reads a field of a request with a function of a pure library. The errors by which those refuse input carry a stable
 * `reason`, and a message without the input; they become INVALID_REQUEST, naming the field. Other errors pass.
 */
export function readInput<Value>(field: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && 'reason' in error && typeof error.reason === 'string')) throw error;
    const message = `${field}: ${error.message}`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field, rule: error.reason, message }]);
  }
}
