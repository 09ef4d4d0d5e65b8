import fc from 'fast-check';
import { type FlagRule, isOnFor, parseFlagRules, placeOf, ruleOfAll } from './flag-rules';

const SEED = 20_261_121;
const subjects = fc.string({ minLength: 1, maxLength: 20 });
const percents = fc.integer({ min: 0, max: 100 });

const rule = (parts: Partial<FlagRule>): FlagRule => ({ ...ruleOfAll(true), ...parts });

describe('a file of flags', () => {
  it.each<[string, string, FlagRule]>([
    ['true', 'reply-cache: true', ruleOfAll(true)],
    ['false', 'reply-cache: false', ruleOfAll(false)],
    ['a rule with all it may say', 'reply-cache: { on: true, percent: 12.5, subjects: [a, "b:c"], exceptSubjects: [d] }', { on: true, percent: 12.5, subjects: ['a', 'b:c'], exceptSubjects: ['d'] }],
    ['a rule with what it must say', 'reply-cache:\n  on: false', ruleOfAll(false)],
    ['JSON', '{"reply-cache": {"on": true, "percent": 0}}', rule({ percent: 0 })],
  ])('may say %s', (_what, text, expected) => {
    const { rules, unknown } = parseFlagRules(text);
    expect([...rules]).toEqual([['reply-cache', expected]]);
    expect(unknown).toEqual([]);
  });

  it.each(['', '# nothing yet\n', '{}', 'null'])('may say nothing: %j', (text) => {
    expect(parseFlagRules(text)).toEqual({ rules: new Map(), unknown: [] });
  });

  it('may name flags that there are not, whatever is said of them', () => {
    const { rules, unknown } = parseFlagRules('warp-drive: 9\nreply-cache: true\nconstructor: true\n__proto__: {on: true}');
    expect([...rules.keys()]).toEqual(['reply-cache']);
    expect(unknown).toEqual(['warp-drive', 'constructor', '__proto__']);
  });

  it.each([
    ['a list', '[reply-cache]', 'It must hold flags by name'],
    ['a word', 'hunter2', 'It must hold flags by name'],
    ['an open bracket', 'reply-cache: true\ndegraded-search: {on: hunter2', 'It is malformed at line 2'],
    ['one flag twice', 'reply-cache: true\nreply-cache: false', 'It is malformed at line 2'],
    ['a number for a flag', 'reply-cache: 1', 'reply-cache must be true, false or a rule'],
    ['nothing for a flag', 'reply-cache:', 'reply-cache must be true, false or a rule'],
    ['a list for a flag', 'reply-cache: []', 'reply-cache must be true, false or a rule'],
    ['a rule without `on`', 'reply-cache: {percent: 5}', 'reply-cache: on must be true or false'],
    ['a word for `on`', 'reply-cache: {on: "yes"}', 'reply-cache: on must be true or false'],
    ['less than none', 'reply-cache: {on: true, percent: -1}', 'reply-cache: percent must be a number from 0 to 100'],
    ['more than all', 'reply-cache: {on: true, percent: 100.1}', 'reply-cache: percent must be a number from 0 to 100'],
    ['no number of callers', 'reply-cache: {on: true, percent: .nan}', 'reply-cache: percent must be a number from 0 to 100'],
    ['percent as a text', 'reply-cache: {on: true, percent: "5"}', 'reply-cache: percent must be a number from 0 to 100'],
    ['subjects that are none', 'reply-cache: {on: true, subjects: [1]}', 'reply-cache: subjects must be a list of at most 10000 texts'],
    ['one subject alone', 'reply-cache: {on: true, exceptSubjects: a}', 'reply-cache: exceptSubjects must be a list of at most 10000 texts'],
    ['a field that no rule has', 'reply-cache: {on: true, percentage: 5}', 'reply-cache may say on, percent, subjects, exceptSubjects and nothing else'],
  ])('that says %s is refused, without what stands in it', (_what, text, message) => {
    expect(() => parseFlagRules(text)).toThrow(message);
    expect(() => parseFlagRules(text)).not.toThrow('hunter2');
  });
});

describe('a flag', () => {
  it.each<[string, Partial<FlagRule>, string | undefined, boolean]>([
    ['that is off is off for all', { on: false }, 'a', false],
    ['that is off is off for those that are named too', { on: false, subjects: ['a'] }, 'a', false],
    ['that is on is on for all', {}, 'a', true],
    ['that is on is on for who is nobody', {}, undefined, true],
    ['for a part of the callers is off for who is nobody', { percent: 99.9 }, undefined, false],
    ['for none is on for those that are named', { percent: 0, subjects: ['a'] }, 'a', true],
    ['for none is off for others', { percent: 0, subjects: ['a'] }, 'b', false],
    ['for all is off for those that are excepted', { exceptSubjects: ['a'] }, 'a', false],
    ['is off for who is both named and excepted', { percent: 0, subjects: ['a'], exceptSubjects: ['a'] }, 'a', false],
  ])('%s', (_what, parts, subject, expected) => {
    expect(isOnFor('reply-cache', rule(parts), subject)).toBe(expected);
  });

  it('stays on for a caller as the percentage grows', () => {
    fc.assert(
      fc.property(subjects, percents, percents, (subject, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const isOn = (percent: number): boolean => isOnFor('reply-cache', rule({ percent }), subject);
        return !isOn(less) || isOn(more);
      }),
      { seed: SEED },
    );
  });

  it('is on for nobody at 0 and for everybody at 100', () => {
    fc.assert(
      fc.property(subjects, (subject) => {
        expect(isOnFor('reply-cache', rule({ percent: 0 }), subject)).toBe(false);
        expect(isOnFor('reply-cache', rule({ percent: 100 }), subject)).toBe(true);
      }),
      { seed: SEED },
    );
  });

  it.each([1, 10, 50, 90])('is on for about %d of a hundred callers, others for each flag', (percent) => {
    const callers = Array.from({ length: 10_000 }, (_caller, i) => `caller-${i}`);
    const isOn = (flag: 'reply-cache' | 'degraded-search') => callers.filter((caller) => isOnFor(flag, rule({ percent }), caller));
    const chosen = isOn('reply-cache');
    const spread = 4 * Math.sqrt(percent * (100 - percent)); // four standard deviations of a share of 10,000
    expect(Math.abs(chosen.length - 100 * percent)).toBeLessThan(spread);
    expect(isOn('degraded-search')).not.toEqual(chosen);
  });

  it('has each caller in the place it always had', () => {
    expect(placeOf('reply-cache', 'alice')).toBeCloseTo(PLACE_OF_ALICE, 9);
  });
});

/** As computed apart from this program: the first 48 bits of the SHA-256 of `reply-cache\nalice`, of 100. */
const PLACE_OF_ALICE = 78.70281944388573;
