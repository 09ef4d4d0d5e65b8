/** What can be switched on and off, for some callers or for all, while processes run. */
export const FLAGS = {
  'degraded-search': {
    default: false,
    description: 'Hybrid searches are answered by keywords alone while embeddings cannot be had, and say so; off: they are refused',
  },
  'reply-cache': {
    default: true,
    description: 'Replies that were computed before are given again; off: each is computed anew',
  },
} as const satisfies Readonly<Record<string, { readonly default: boolean; readonly description: string }>>;

/** Name of one of {@link FLAGS}. */
export type FlagName = keyof typeof FLAGS;

/** Every {@link FlagName}. */
export const FLAG_NAMES = Object.keys(FLAGS) as readonly FlagName[];
