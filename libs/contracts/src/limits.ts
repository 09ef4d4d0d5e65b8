/** How much one call may carry; see {@link configureLimits}. */
export interface Limits {
  /** Characters (Unicode code points) of one text. */
  textCharacters: number;
  /** Texts of one call. */
  textsPerCall: number;
  /** Vectors of one call, in or out. */
  vectorsPerCall: number;
  /** Nesting of one message, in objects and lists. */
  messageDepth: number;
}

/** The limits in force in this process. */
export const limits: Limits = { textCharacters: 100_000, textsPerCall: 256, vectorsPerCall: 2_048, messageDepth: 16 };

/** Replaces limits; called once, when the process reads its configuration. */
export function configureLimits(changes: Partial<Limits>): void {
  Object.assign(limits, changes);
}
