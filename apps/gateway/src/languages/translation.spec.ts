import { anyOf, say, sentence, ServiceError } from '@sigmalang/contracts';
import { translate, wordsOf } from './translation';

const TITLE = say`The request is invalid`;

describe('a message in another language', () => {
  it.each([
    ['has its values in its own order', say`chunk ${2} of ${5} is missing`, '5 個のチャンクのうち、チャンク 2 がありません'],
    ['keeps values that look like templates', say`${'{1} must be a string'} is not a field of this request`, '{1} must be a string はこのリクエストのフィールドではありません'],
    ['has the messages within it translated', say`${'a'} cannot be given together with ${anyOf(['b', 'c'])}`, 'a は b または c と同時に指定できません'],
    ['is told apart where it comes as text', sentence('limit must not be less than 1'), 'limit は 1 以上でなければなりません'],
    ['is told apart in its subject', sentence('each value in include must be one of the following values: embedding'), 'include の各値は次の値のいずれかでなければなりません: embedding'],
    ['is told apart after its field', say`${'vectors[0]'}: ${sentence('expected 12 bytes, found 3')}`, 'vectors[0]: 12 バイトが必要ですが、3 バイトでした'],
    [
      'is told apart in what it says of a part',
      sentence('erased must be base64, a string of 0 and 1, or a list of at most 1024 spans {start, length}: erased[1]: start must be an integer number'),
      'erased は base64、0 と 1 の文字列、または 1024 個以下の範囲 {start, length} のリストでなければなりません: erased[1]: start は整数でなければなりません',
    ],
  ])('%s', (_what, message, expected) => {
    expect(translate(message, 'ja')).toBe(expected);
  });

  it.each([
    ['nobody translated', say`Quite another sentence of ${1}`],
    ['is unknown text', sentence('Quite another sentence')],
    ['is unknown text after a field', sentence('text: quite another sentence')],
    ['is about a field of unknown text', sentence('text: quite: another sentence')],
    ['has an unknown message within it', say`${'text'}: ${sentence('quite another sentence')}`],
    ['has the name of what every object inherits', sentence('constructor')],
  ])('is none where it %s', (_what, message) => {
    expect(translate(message, 'de')).toBeUndefined();
  });

  it('says what a part of a field lacks in the words of its language', () => {
    const erased = sentence('erased must be base64, a string of 0 and 1, or a list of at most 8 spans {start, length}: erased[1] must be an object');
    expect(translate(erased, 'fr')).toMatch(/\u00a0: erased\[1\] doit être un objet$/);
    expect(translate(sentence('span: start must be an integer number'), 'fr')).toBe('span\u00a0: start doit être un nombre entier');
  });

  it('takes no longer for a text that is hardly ever told apart', () => {
    expect(translate(sentence('a: '.repeat(600)), 'de')).toBeUndefined();
    expect(translate(sentence('x must be a string'.repeat(1_000)), 'de')).toBeUndefined();
  });
});

describe('the words of a problem', () => {
  const message = say`${'texts'} must be a string`;
  const error = new ServiceError('INVALID_REQUEST', message, [
    { field: 'texts', rule: 'text', message },
    { field: 'limit', rule: 'min', message: 'limit must not be less than 1' },
  ]);

  it('are all of the language that is asked for', () => {
    expect(wordsOf(error, TITLE, 'de-AT, en;q=0.5')).toEqual({
      language: 'de',
      title: 'Die Anfrage ist ungültig',
      detail: 'texts muss eine Zeichenkette sein',
      faults: ['texts muss eine Zeichenkette sein', 'limit darf nicht kleiner als 1 sein'],
    });
  });

  const english = {
    language: 'en',
    title: 'The request is invalid',
    detail: 'texts must be a string',
    faults: ['texts must be a string', 'limit must not be less than 1'],
  };

  it.each([undefined, 'en', 'pt', 'nonsense;;'])('are English for %j', (header) => {
    expect(wordsOf(error, TITLE, header)).toEqual(english);
  });

  it('are the same after they travelled', () => {
    const arrived = ServiceError.fromWire(JSON.parse(JSON.stringify(error.toWire())));
    expect(wordsOf(arrived, TITLE, 'zh')).toEqual(wordsOf(error, TITLE, 'zh'));
    expect(wordsOf(arrived, TITLE, 'zh').language).toBe('zh');
  });

  it('are English altogether where one sentence is known in English alone', () => {
    const partly = new ServiceError('INVALID_REQUEST', message, [{ field: 'texts', rule: 'text', message: 'Quite another sentence' }]);
    expect(wordsOf(partly, TITLE, 'fr')).toEqual({ ...english, faults: ['Quite another sentence'] });
  });
});
