import fc from 'fast-check';
import { allOf, anyOf, fillTemplate, Message, say, sentence } from './message';

describe('a message', () => {
  it('is the sentence that its template literal is, told apart into template and values', () => {
    const message = say`${'texts'} must have at most ${100} characters`;
    expect(message).toMatchObject({
      text: 'texts must have at most 100 characters',
      template: '{0} must have at most {1} characters',
      values: ['texts', 100],
    });
  });

  it('may have no values, and holds braces that are no places as they are', () => {
    expect(say`A message is a JSON object {id, pattern, data}`).toMatchObject({ text: 'A message is a JSON object {id, pattern, data}', values: [] });
  });

  it('puts each value in its place once, whatever it looks like', () => {
    expect(say`${'{1}'} and ${'$&'}`.text).toBe('{1} and $&');
    expect(fillTemplate('{1} {0} {2}', ['a', 'b'])).toBe('b a {2}');
  });

  it('has others for values', () => {
    expect(say`${'header'}: ${sentence('expected a model id')}`.text).toBe('header: expected a model id');
  });

  it.each<[string[], string, string]>([
    [[], '', ''],
    [['a'], 'a', 'a'],
    [['a', 'b'], 'a or b', 'a and b'],
    [['a', 'b', 'c'], 'a or b or c', 'a and b and c'],
  ])('lists %j', (names, any, all) => {
    expect([say`${anyOf(names)}`.text, say`${allOf(names)}`.text]).toEqual([any, all]);
  });

  it('is renamed in its names and nowhere else', () => {
    const rename = (text: string): string => text.replaceAll('texts', 'items');
    const message = say`${'texts[3]'}: ${say`${'texts'} is one of ${2} texts`}`;
    expect(message.renamed(rename)).toEqual(say`${'items[3]'}: ${say`${'items'} is one of ${2} texts`}`);
    expect(sentence('texts must be a list').renamed(rename).text).toBe('items must be a list');
  });
});

describe('a message that travels', () => {
  const arrived = ({ text, ...message }: Message): Message => Message.fromWire(text, JSON.parse(JSON.stringify(message)) as unknown);

  it('arrives as it was said, with those within it', () => {
    const message = say`${'erased'}: ${say`${anyOf(['a', 'b'])} must be ${3}`}`;
    expect(Message.fromWire(message.text, JSON.parse(JSON.stringify(message.toWire())))).toEqual(message);
  });

  it('has nothing beside its text where that says it all', () => {
    expect([say`The database took too long`.toWire(), sentence('a: b').toWire()]).toEqual([undefined, undefined]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['no values', { template: 'a {0}' }],
    ['values that are no list', { template: 'a {0}', values: { 0: 'b' } }],
    ['a value of another type', { template: 'a {0}', values: [true] }],
    ['another sentence', { template: 'c {0}', values: ['b'] }],
    ['messages within one another without end', [1, 2, 3, 4, 5].reduce<object>((inner) => ({ template: '{0}', values: [inner] }), { template: 'a b', values: [] })],
  ])('is its text alone where beside it comes %s', (_what, phrase) => {
    expect(Message.fromWire('a b', phrase)).toEqual(new Message('a b'));
  });

  it('keeps its text, whatever comes beside it', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.jsonValue(), fc.record({ template: fc.string(), values: fc.array(fc.jsonValue()) })), (text, phrase) => {
        expect(Message.fromWire(text, phrase).text).toBe(text);
      }),
      { seed: 7, numRuns: 500 },
    );
    expect(arrived(say`${'a'} is ${1}`).values).toEqual(['a', 1]);
  });
});
