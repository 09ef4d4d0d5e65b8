import { say, sentence, ServiceError } from '@sigmalang/contracts';

/**
 * Reads a field of a request with a function of a pure library. The errors by which those refuse input carry a stable
 * `reason`, and a message without the input; they become INVALID_REQUEST, naming the field, and the field within it where
 * they have one. Other errors pass.
 */
export function readInput<Value>(field: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && 'reason' in error && typeof error.reason === 'string')) throw error;
    const where = 'field' in error && typeof error.field === 'string' ? `${field}.${error.field}` : field;
    const message = say`${where}: ${sentence(error.message)}`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field: where, rule: error.reason, message }]);
  }
}
