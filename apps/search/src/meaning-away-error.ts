import { type ErrorCode, ServiceError } from '@sigmalang/contracts';

/** A query could not be embedded, since nlp is away or does not answer in time; `failure` says why. */
export class MeaningAwayError extends Error {
  constructor(readonly failure: ServiceError) {
    super('nlp is away');
  }
}

const AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['UNAVAILABLE', 'TIMEOUT']);

/** To catch the failure of a call to nlp: throws a {@link MeaningAwayError} where nlp is away, and else the failure. */
export function orMeaningIsAway(failure: unknown): never {
  const isAway = failure instanceof ServiceError && AWAY.has(failure.code);
  throw isAway ? new MeaningAwayError(failure) : failure;
}
