import { SUBJECT } from '@sigmalang/contracts';
import fc from 'fast-check';
import { folderOf, ownerOf } from './owner-folder';

const owner = fc.stringMatching(SUBJECT);

describe('the folder of an owner', () => {
  it.each(['local', 'ann', 'team-7', '9'])('of %s has its name, as it had before there were others', (name) => {
    expect(folderOf(name)).toBe(name);
  });

  it.each(['Ann', 'ann.', 'a_b', 'system:search', 'ann@example.com', 'con', 'com1', 'a+b'])('of %s has another name, by which its owner is known', (name) => {
    expect(folderOf(name)).toMatch(/^_[a-z0-9]+$/);
    expect(ownerOf(folderOf(name))).toBe(name);
  });

  it('is one that every disk takes, and of one owner alone, capitals or not', () => {
    fc.assert(
      fc.property(owner, (one) => {
        const folder = folderOf(one);
        expect(folder).toMatch(/^_?[a-z0-9][a-z0-9-]{0,198}$/);
        expect(ownerOf(folder)).toBe(one);
      }),
      { seed: 7, numRuns: 1_000 },
    );
    expect(folderOf('z'.repeat(127) + 'Z').length).toBeLessThanOrEqual(200);
  });

  it.each(['', '.', '..', '*', '../ann', 'a/b', 'a\\b', 'ä', 'a'.repeat(129), 'a\n'])('is refused to %p', (name) => {
    expect(() => folderOf(name)).toThrow(TypeError);
  });

  it.each(['Ann', 'con', '_', '_0', '_ann', '.DS_Store', 'a.b', '_ZZ', '_?', '_-1'])('is none that is called %p', (name) => {
    expect(ownerOf(name)).toBeUndefined();
  });
});
