/** The admin key of everything that the suite starts, and what its clients call with unless told otherwise. */
export const ADMIN_KEY = 'sk_ZW5kLXRvLWVuZCB0ZXN0cyBjYWxsIHdpdGggdGhpcy4';
