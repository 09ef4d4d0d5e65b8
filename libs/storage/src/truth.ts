import { AUDIT_TRUTH } from './audit/audit.schema';
import { IDENTITY_TRUTH } from './identity/identity.schema';
import { SEARCH_TRUTH } from './search.schema';

/** The tables that hold what cannot be made again, in an order in which they can be filled. */
export const TRUTH = [...SEARCH_TRUTH, ...IDENTITY_TRUTH, ...AUDIT_TRUTH] as const;
