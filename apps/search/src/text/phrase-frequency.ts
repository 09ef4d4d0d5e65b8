/** How often a phrase begins among words, overlapping or not, in linear time; 0 for no words. By Knuth, Morris and Pratt (1977). */
export function phraseFrequency(phrase: readonly string[], words: readonly string[]): number {
  if (phrase.length === 0) return 0;
  const fallbacks = fallbacksOf(phrase);
  let frequency = 0;
  let matched = 0;
  for (const word of words) {
    while (matched > 0 && phrase[matched] !== word) matched = fallbacks[matched - 1] ?? 0;
    if (phrase[matched] === word) matched++;
    if (matched < phrase.length) continue;
    frequency++;
    matched = fallbacks[matched - 1] ?? 0;
  }
  return frequency;
}

/** For each beginning of a phrase, how many of its last words are a shorter beginning. */
export function fallbacksOf(words: readonly string[]): number[] {
  const fallbacks = [0];
  let length = 0;
  for (let i = 1; i < words.length; i++) {
    while (length > 0 && words[i] !== words[length]) length = fallbacks[length - 1] ?? 0;
    if (words[i] === words[length]) length++;
    fallbacks.push(length);
  }
  return fallbacks;
}
