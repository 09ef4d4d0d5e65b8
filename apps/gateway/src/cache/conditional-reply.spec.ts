import { isMatched } from './conditional-reply';

describe('a tag', () => {
  it.each([
    ['"abc"'],
    ['W/"abc"'],
    ['"x", "abc"'],
    ['"x",W/"abc" ,"y"'],
    ['*'],
    [' * '],
  ])('is matched by If-None-Match: %s', (header) => {
    expect(isMatched(header, '"abc"')).toBe(true);
  });

  it.each([[undefined], [''], ['abc'], ['"ab"'], ['"xabc"'], ['"abc'], ['"x"'], ['"*"'], ['w/"abc"']])('is not matched by If-None-Match: %s', (header) => {
    expect(isMatched(header, '"abc"')).toBe(false);
  });
});
