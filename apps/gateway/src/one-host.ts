import { ServiceError } from '@sigmalang/contracts';
import type { Checkpoint } from './front-door';

/** Refuses a request that names two hosts (RFC 9112, 3.2): what stands before the gateway may have taken the other for its own. */
export const requireOneHost: Checkpoint = ({ raw: { rawHeaders } }) => {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length === 4 && rawHeaders[i]?.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) throw new ServiceError('INVALID_REQUEST', 'A request has one Host header');
};
