import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { type AnalogyQuestion, IsAnalogyQuery, LONGEST_QUERY, parseAnalogyQuery } from './analogy-query';

const kings: AnalogyQuestion = { a: 'king', b: 'queen', c: 'man' };
const emoji = '🙂'.repeat(256);

describe('an analogy in one text', () => {
  it.each<[what: string, query: string, question: AnalogyQuestion]>([
    ['in symbols', 'king:queen::man:?', kings],
    ['in symbols with spaces', ' king : queen :: man : ? ', kings],
    ['in symbols with tabs and line breaks', '\tking:\nqueen::\r\nman: ?\n', kings],
    ['in words', 'king is to queen as man is to ?', kings],
    ['in words with a question mark that touches the last', 'king is to queen as man is to?', kings],
    ['in words with many spaces', '  king   is\tto queen as\n man is  to ? ', kings],
    ['in words in capitals', 'king IS TO queen As man Is To ?', kings],
    ['with its first place open', '?:queen::man:woman', { a: 'woman', b: 'man', c: 'queen' }],
    ['with its second place open', 'king:?::man:woman', { a: 'man', b: 'woman', c: 'king' }],
    ['with its third place open', 'king:queen::?:woman', { a: 'queen', b: 'king', c: 'woman' }],
    ['in words with its first place open', '? is to queen as man is to woman', { a: 'woman', b: 'man', c: 'queen' }],
    ['in words with its second place open', 'king is to ? as man is to woman', { a: 'man', b: 'woman', c: 'king' }],
    ['in words with its third place open', 'king is to queen as ? is to woman', { a: 'queen', b: 'king', c: 'woman' }],
    ['of terms of several words', 'new york:united states::são paulo:?', { a: 'new york', b: 'united states', c: 'são paulo' }],
    ['of terms of several words, in words', 'new  york is to united states as são paulo is to ?', { a: 'new york', b: 'united states', c: 'são paulo' }],
    ['of other scripts', '日本:東京::Ελλάδα:?', { a: '日本', b: '東京', c: 'Ελλάδα' }],
    ['of emoji', '🐶:🐕::🐱:?', { a: '🐶', b: '🐕', c: '🐱' }],
    ['of the words that stand between others', 'is:was::as:?', { a: 'is', b: 'was', c: 'as' }],
    ['of the words that stand between others, in words', 'is is to to as as is to ?', { a: 'is', b: 'to', c: 'as' }],
    ['of words that hold those that stand between others', 'isto is to asp as asis is to ?', { a: 'isto', b: 'asp', c: 'asis' }],
    ['of one word four times but once', 'a:a::a:?', { a: 'a', b: 'a', c: 'a' }],
    ['with a question mark within a word', 'what?:who?::when?:?', { a: 'what?', b: 'who?', c: 'when?' }],
    ['with a colon in words', '1:2 is to 2:4 as 3:6 is to ?', { a: '1:2', b: '2:4', c: '3:6' }],
    ['of words of 256 characters, emoji each', `${emoji}:${emoji}::${emoji}:?`, { a: emoji, b: emoji, c: emoji }],
    ['of as many characters as there may be', `a:b::c:?${' '.repeat(LONGEST_QUERY - 8)}`, { a: 'a', b: 'b', c: 'c' }],
  ])('is read %s', (_what, query, question) => {
    expect(parseAnalogyQuery(query)).toEqual(question);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['one question mark', '?'],
    ['one word', 'king'],
    ['a sentence', 'who is to be the next king'],
    ['two open places', 'king:?::man:?'],
    ['two open places in words', '? is to queen as man is to ?'],
    ['four open places', '?:?::?:?'],
    ['no open place', 'king:queen::man:woman'],
    ['no open place in words', 'king is to queen as man is to woman'],
    ['another mark', 'king:queen::man:_'],
    ['no fourth word', 'king:queen::man'],
    ['nothing in the fourth place', 'king:queen::man:'],
    ['nothing in the first place', ':queen::man:?'],
    ['nothing in the second place', 'king:::man:?'],
    ['nothing in the third place', 'king:queen:::?'],
    ['white space for a word', 'king: ::man:?'],
    ['nothing in the fourth place in words', 'king is to queen as man is to'],
    ['nothing in the first place in words', 'is to queen as man is to ?'],
    ['nothing in the second place in words', 'king is to as man is to ?'],
    ['nothing in the third place in words', 'king is to queen as is to ?'],
    ['no "as"', 'king is to queen man is to ?'],
    ['one "is to"', 'king is to queen as man ?'],
    ['five words', 'king:queen::man:woman:?'],
    ['two pairs beside the first', 'king:queen::man:woman::boy:?'],
    ['one colon in the middle', 'king:queen:man:?'],
    ['two colons at first', 'king::queen::man:?'],
    ['two colons at last', 'king:queen::man::?'],
    ['symbols and words', 'king:queen as man:?'],
    ['a lone surrogate', 'king:\ud800::man:?'],
    ['a lone surrogate in words', 'king is to queen as \udc00 is to ?'],
    ['a word of 257 characters', `king:${'q'.repeat(257)}::man:?`],
    ['a word of 257 characters in words', `king is to queen as ${'m'.repeat(257)} is to ?`],
    ['one character more than there may be', `a:b::c:?${' '.repeat(LONGEST_QUERY - 7)}`],
    ['a text that is much too long', `a:b::c:?${' '.repeat(100_000)}`],
  ])('is not %s', (_what, query) => {
    expect(parseAnalogyQuery(query)).toBeUndefined();
  });

  it('asks for the same in symbols as in words, wherever it is open', () => {
    const word = fc.stringMatching(/^[b-hj-z]{1,8}$/); // without a and i, so that no word is one of those that stand between others
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.nat(3), ([a, b, c, d], open) => {
        const words = [a, b, c, d].map((each, i) => (i === open ? '?' : each));
        const question = parseAnalogyQuery(`${words[0]}:${words[1]}::${words[2]}:${words[3]}`);
        expect(parseAnalogyQuery(`${words[0]} is to ${words[1]} as ${words[2]} is to ${words[3]}`)).toEqual(question);
        const missing = [a, b, c, d][open];
        const answers = [`${a}:${b}::${c}:${d}`, `${c}:${d}::${a}:${b}`, `${b}:${a}::${d}:${c}`, `${d}:${c}::${b}:${a}`];
        expect(answers).toContain(`${question?.a}:${question?.b}::${question?.c}:${missing}`);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

class Message {
  @IsAnalogyQuery() query: unknown;
}

function faultsOf(query: unknown): object[] {
  return validateSync(Object.assign(new Message(), { query })).map(({ property, constraints }) => ({ property, constraints }));
}

describe('a field that must be an analogy in one text', () => {
  it('takes one', () => {
    expect(faultsOf('king:queen::man:?')).toEqual([]);
  });

  it.each([['king:queen'], [''], [null], [7], [['king:queen::man:?']], [{ toString: () => 'king:queen::man:?' }]])('refuses %j and shows what one is', (query) => {
    const analogyQuery = 'query must be an analogy with one open place, such as "king:queen::man:?" or "king is to queen as man is to ?"';
    expect(faultsOf(query)).toEqual([{ property: 'query', constraints: { analogyQuery } }]);
  });
});
