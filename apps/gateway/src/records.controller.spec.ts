import { namesNoRecord } from './records.controller';

const pairs = [{ role: 'capital', filler: 'Paris' }];

describe('a question about records', () => {
  it('that brings both along names none', () => {
    expect(namesNoRecord({ source: { pairs }, target: { pairs }, filler: 'Paris' })).toBe(true);
  });

  it.each<[what: string, question: object]>([
    ['names its source', { source: { name: 'a' }, target: { pairs } }],
    ['names its target', { source: { pairs }, target: { name: 'a' } }],
    ['brings one along and names it', { source: { pairs, name: 'a' }, target: { pairs } }],
    ['has a name of nothing', { source: { pairs, name: undefined }, target: { pairs } }],
    ['lacks a side', { source: { pairs } }],
    ['has a side that is no record', { source: 'a', target: { pairs } }],
    ['has a side of null', { source: { pairs }, target: null }],
    ['is a list', [{ pairs }, { pairs }]],
  ])('that %s may be about one', (_what, question) => {
    expect(namesNoRecord(question)).toBe(false);
  });
});
