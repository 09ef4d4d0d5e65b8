import { isPermitted, type Permission, say, ServiceError } from '@sigmalang/contracts';
import { currentRequest } from '@sigmalang/runtime';

/** Lets the request being worked on go on only where its caller has a permission that not every request of its route needs; throws FORBIDDEN else. */
export function requirePermission(permission: Permission): void {
  const role = currentRequest()?.identity?.role;
  if (role === undefined) throw new ServiceError('UNAUTHENTICATED', 'Nobody is known to ask for this');
  if (!isPermitted(role, permission)) throw new ServiceError('FORBIDDEN', say`The role ${role} has not the permission ${permission} that this needs`);
}
