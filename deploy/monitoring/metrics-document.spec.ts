import { readFileSync } from 'node:fs';
import { API, BULK, FAILED, LATENCY_GOAL_SECONDS, SERVING } from './service-levels';

describe('docs/metrics.md states the service levels as the rules compute them', () => {
  const queries = Array.from(readFileSync('docs/metrics.md', 'utf8').matchAll(/```promql\n(.*?)```/gs), ([, query = '']) => query);
  const [availability = '', , latency = ''] = queries;
  const selectorsIn = (query: string): string[] => Array.from(query.matchAll(/sigmalang_request\w+\{(.*?)\}\[/g), ([, selector = '']) => selector);

  it('of availability', () => {
    expect(selectorsIn(availability)).toEqual([[SERVING, API, FAILED].join(', '), [SERVING, API].join(', ')]);
  });

  it('of latency', () => {
    const of = [SERVING, API, BULK];
    expect(selectorsIn(latency)).toEqual([[...of, `le="${LATENCY_GOAL_SECONDS}"`].join(', '), of.join(', ')]);
  });
});
