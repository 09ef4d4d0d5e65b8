import { stem } from './word-stem';

describe('the stem of a word', () => {
  it.each([
    ['man', 'men'],
    ['child', 'children'],
    ['go', 'went', 'goes', 'going', 'gone'],
    ['study', 'studies', 'studied', 'studying'],
    ['run', 'running', 'runs', 'ran'],
    ['make', 'making', 'makes', 'made'],
    ['stop', 'stopped', 'stopping'],
    ['fall', 'falls', 'falling', 'fell'],
    ['pass', 'passed', 'passes', 'passing'],
    ['box', 'boxes'],
    ['church', 'churches'],
    ['speed', 'speeds'],
  ])('is the same for all forms of %s', (base, ...forms) => {
    expect(forms.map(stem)).toEqual(forms.map(() => stem(base)));
  });

  it.each([
    ['bus', 'bu'],
    ['string', 'str'],
    ['thing', 'th'],
    ['analysis', 'analysi'],
    ['speed', 'spe'],
  ])('of %s is not %s', (word, cut) => {
    expect(stem(word)).not.toBe(cut);
  });

  it.each(['', 's', 'привет', '東京', '🙂'])('leaves %j as it is', (word) => {
    expect(stem(word)).toBe(word);
  });
});
