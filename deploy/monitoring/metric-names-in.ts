/** Words of PromQL that are no names of metrics. */
const WORDS = ['and', 'bool', 'by', 'group_left', 'group_right', 'ignoring', 'inf', 'nan', 'offset', 'on', 'or', 'unless', 'without'];

/** Names of the metrics that a query selects, those of histograms without `_bucket`, `_count` and `_sum` if that leaves one of `histograms`. */
export function metricNamesIn(expr: string, histograms: readonly string[] = []): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([name]) => name).filter((name) => !WORDS.includes(name));
  return names.map((name) => {
    const family = name.replace(/_(?:bucket|count|sum)$/, '');
    return histograms.includes(family) ? family : name;
  });
}
