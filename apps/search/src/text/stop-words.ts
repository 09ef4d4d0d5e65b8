/** English words that say nothing of what a text is about, with the parts that contractions are split into. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also am an and any are as at be because been before being below between both but by ca can could d
did do does doing down during each etc few for from further had has have having he her here hers herself him himself his how i if in into is
it its itself ll m may me might more most must my myself nor not now nt of off on once only or other our ours ourselves out over own re s
same shall she should so some such t than that the their theirs them themselves then there these they this those through to too under until
up upon ve very was we were what when where whether which while who whom whose why will with within without would you your yours yourself
yourselves`.split(/\s+/),
);

/** Whether a word (as `analyze` gives it) says nothing of what a text is about: searches leave it out where the query has other words. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
