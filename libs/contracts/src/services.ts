/** The services behind the gateway. */
export const SERVICES = ['encoder', 'decoder', 'nlp', 'analogy', 'search'] as const;
