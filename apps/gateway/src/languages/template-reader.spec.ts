import fc from 'fast-check';
import { fillTemplate } from '@sigmalang/contracts';
import { TemplateReader } from './template-reader';

const reader = new TemplateReader([
  '{0} must be a string',
  '{0} must be a string of at most {1} characters',
  'expected {0}, found {1}',
  'expected {0} bytes, found {1}',
  'the last of {1} is {0}',
  'nothing to fill in',
]);

it.each<[string, string, unknown[]]>([
  ['text must be a string', '{0} must be a string', ['text']],
  ['text must be a string of at most 5 characters', '{0} must be a string of at most {1} characters', ['text', '5']],
  ['expected base64, found number', 'expected {0}, found {1}', ['base64', 'number']],
  ['expected 12 bytes, found 3', 'expected {0} bytes, found {1}', ['12', '3']],
  ['expected a, found b, found c', 'expected {0}, found {1}', ['a', 'b, found c']],
  ['the last of three is red', 'the last of {1} is {0}', ['red', 'three']],
  [' must be a string', '{0} must be a string', ['']],
])('%j is %j with %j', (text, template, values) => {
  expect(reader.read(text)).toMatchObject({ template, values });
});

it.each(['', 'text must be a number', 'Text must be a string.', 'nothing to fill in', 'expected , foun', 'must be a string', 'expected'])(
  '%j is none of them',
  (text) => {
    expect(reader.read(text)).toBeUndefined();
  },
);

it('whatever is read makes the text that it was read from', () => {
  const words = fc.constantFrom('expected ', ', found ', ' bytes', ' must be a string', ' of at most ', ' characters', 'a', '{0}', '{1}', '$1');
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      const read = reader.read(text);
      expect(read === undefined ? text : fillTemplate(read.template, read.values)).toBe(text);
    }),
    { seed: 3, numRuns: 2_000 },
  );
});
