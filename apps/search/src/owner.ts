/** Whose collections these are until callers have identities. */
export const OWNER = 'local';
