import { readIdentity, systemIdentity } from './identity';

const ann = { subject: 'ann', role: 'developer', owner: 'ann' };

describe('an identity', () => {
  it.each([
    ann,
    { subject: 'ops', role: 'admin', owner: 'ann' },
    { subject: 'ops', role: 'admin', owner: '*' },
    { ...systemIdentity('search') },
    { subject: 'Z'.repeat(128), role: 'analyst', owner: 'Z'.repeat(128) },
  ])('is read as it is: %j', (identity) => {
    expect(readIdentity(identity)).toEqual(identity);
  });

  it('is read without what it has beside', () => {
    expect(readIdentity({ ...ann, more: 1 })).toEqual(ann);
  });

  it.each([
    undefined,
    null,
    'ann',
    [ann],
    {},
    { ...ann, subject: 7 },
    { ...ann, subject: '', owner: '' },
    { ...ann, subject: '*', owner: '*' },
    { ...ann, subject: 'ann\n', owner: 'ann\n' },
    { ...ann, role: 'root' },
    { ...ann, role: undefined },
    { ...ann, owner: undefined },
    { ...ann, role: 'admin', owner: '' },
    { ...ann, role: 'admin', owner: '../ann' },
    { ...ann, owner: 'bob' },
    { ...ann, role: 'researcher', owner: '*' },
    { subject: 'A'.repeat(129), role: 'admin', owner: 'ann' },
  ])('is none where it is %j', (value) => {
    expect(readIdentity(value)).toBeUndefined();
  });
});
