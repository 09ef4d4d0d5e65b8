import type { Identity } from '@sigmalang/contracts';
import { headers, type MsgHdrs } from 'nats';

/** Who asks where authentication is off. */
export const LOCAL: Identity = { subject: 'local', role: 'admin', owner: 'local' };

/** Headers of a message over NATS that say who it is from. */
export function fromWhom(identity: Identity = LOCAL): MsgHdrs {
  const made = headers();
  made.set('Sigma-Identity', JSON.stringify(identity));
  return made;
}
