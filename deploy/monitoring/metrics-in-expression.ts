/** Words of PromQL that are no metric, where no parenthesis follows them. */
const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'by', 'on', 'without', 'ignoring', 'group_left', 'group_right', 'inf', 'nan']);

/** Names of the series that an expression of PromQL reads, in their order. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ')
    .replaceAll(/\b\d[\w.]*/g, ' ');
  const words = [...bare.matchAll(/([a-zA-Z_:][\w:]*)\s*(\()?/g)];
  return words.flatMap(([, word = '', call]) => (call !== undefined || KEYWORDS.has(word.toLowerCase()) ? [] : [word]));
}
