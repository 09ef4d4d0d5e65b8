import { FLAG_NAMES, FLAGS } from './flags';

it('flags are listed by name, each with what it switches', () => {
  expect(FLAG_NAMES).toEqual(['degraded-search', 'reply-cache']);
  for (const name of FLAG_NAMES) expect(FLAGS[name].description).toMatch(/^[A-Z].*; off: .*[^.]$/);
});

it.each([
  ['degraded-search', false],
  ['reply-cache', true],
] as const)('without a file %s is %s', (name, isOn) => {
  expect(FLAGS[name].default).toBe(isOn);
});
