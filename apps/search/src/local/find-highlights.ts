import type { Highlight } from '@sigmalang/contracts';
import { analyze } from '../text/text-analyzer';

export function stemHighlights(text: string, stems: ReadonlySet<string>): Highlight[] {
  const points = (at: number): number => Array.from(text.slice(0, at)).length;
  return analyze(text)
    .filter(({ stem }) => stems.has(stem))
    .slice(0, 64)
    .map(({ start, end }) => ({ start: points(start), end: points(end), text: text.slice(start, end) }));
}
