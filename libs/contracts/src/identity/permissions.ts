/** What a caller may be; each role has the permissions that name it in {@link PERMISSIONS}. */
export const ROLES = ['admin', 'developer', 'researcher', 'analyst'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Every permission with the roles that have it; each route needs exactly one. */
export const PERMISSIONS = {
  /** Compute from what the request itself says. */
  compute: ROLES,
  /** Search what is kept, and read it. */
  'search:read': ROLES,
  /** Keep, change and remove documents and records. */
  'search:write': ['admin', 'developer'],
  /** Read learned patterns. */
  'patterns:read': ROLES,
  /** Learn patterns and remove codebooks. */
  'patterns:write': ['admin', 'researcher'],
  /** Batches and jobs; each of their items needs its own permission too. */
  jobs: ['admin', 'developer', 'researcher'],
  /** Streams; each of their messages needs its own permission too. */
  stream: ['admin', 'developer', 'researcher'],
  /** Own tokens, export and erasure of own data. */
  self: ROLES,
  /** Keys, audit, flags. */
  admin: ['admin'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

/** One of {@link PERMISSIONS}. */
export type Permission = keyof typeof PERMISSIONS;

/** What a route asks of its caller; `public` asks nothing. */
export type RoutePermission = Permission | 'public';

/** Whether a role has a permission. */
export function isPermitted(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return roles.includes(role);
}
