/** Words that documents write like settings and that are none of our processes': of other programs, of examples, of formats. */
export const NOT_OF_PROCESSES: readonly string[] = [];
