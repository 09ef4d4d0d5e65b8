import { limits } from '../limits';
import { say } from '../messages/message';
import { ServiceError } from '../service-error';

/** What of a vector counts towards the vectors of a call. */
interface Counted {
  readonly copies?: readonly unknown[];
}

/** Throws PAYLOAD_TOO_LARGE when the vectors of all texts, with their copies, are more than `limits.vectorsPerCall`. */
export function boundVectors(texts: readonly (readonly Counted[])[]): void {
  let count = 0;
  for (const vectors of texts) for (const { copies = [] } of vectors) count += 1 + copies.length;
  if (count <= limits.vectorsPerCall) return;
  throw new ServiceError(
    'PAYLOAD_TOO_LARGE',
    say`A call carries at most ${limits.vectorsPerCall} vectors, copies included; this one has ${count}`,
  );
}
