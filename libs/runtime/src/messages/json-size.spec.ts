import { limits } from '@sigmalang/contracts';
import fc from 'fast-check';
import { refuseCostlyJson } from './json-size';
import { mostItems, mostObjects } from './request-size';

const list = (items: number, item = '0'): string => `[${Array<string>(items).fill(item).join(',')}]`;
const nested = (levels: number): string => `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;

describe('JSON that is parsed', () => {
  it.each([
    ['as deep as may be', nested(limits.messageDepth)],
    ['as long a list as may be', list(mostItems())],
    ['as many objects as may be', list(mostObjects() - 1, '{}')],
    ['a string full of brackets and commas', JSON.stringify({ text: '[{,'.repeat(200_000) })],
    ['strings that end in backslashes', JSON.stringify(Array<string>(50).fill('\\\\[[[[[\\'))],
    ['quotes within strings', JSON.stringify(Array<string>(50).fill('"[{"\\"'))],
    ['nothing', ''],
    ['what is no JSON', ']]]},,"'],
    ['a string that never ends', `"${'['.repeat(1_000)}`],
  ])('is %s', (_what, json) => {
    expect(() => { refuseCostlyJson(Buffer.from(json)); }).not.toThrow();
  });

  it('is whatever a request may be, however it is written', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5, depthSize: 'small' }), (json) => { refuseCostlyJson(Buffer.from(json)); }),
      { seed: 7 },
    );
  });
});

describe('JSON that is refused unread', () => {
  it.each([
    ['a level too deep', nested(limits.messageDepth + 2), /nested deeper than 16 levels/],
    ['a megabyte of brackets', '['.repeat(1_048_576), /nested deeper/],
    ['a megabyte of brackets in a field', `{"a":${'['.repeat(1_048_576)}`, /nested deeper/],
    ['an object too many', list(mostObjects(), '{}'), /holds more than 16384 objects and lists/],
    ['a list too long', list(mostItems() + mostObjects() + 1), /a list of more than 81920 items/],
    ['a list too long behind a string with quotes', `{"a":"\\"","b":${list(mostItems() + mostObjects() + 1)}}`, /a list of more/],
  ])('has %s', (_what, json, message) => {
    expect(() => { refuseCostlyJson(Buffer.from(json)); }).toThrow(message);
  });

  it('is found so in the middle of a larger buffer', () => {
    const bytes = Buffer.from(`"""${nested(18)}`).subarray(3);
    expect(() => { refuseCostlyJson(bytes); }).toThrow(/nested deeper/);
  });
});
