import type { Identity } from '@sigmalang/contracts';
import { currentOwner, currentOwnerOrEvery } from './current-owner';
import { openRequest, outsideRequests, withRequest } from './request-context';

const asked = <Result>(identity: Identity | undefined, run: () => Result): Result =>
  withRequest(openRequest(1_000, undefined, undefined, undefined, identity), run);

describe('whose things a request is about', () => {
  it.each<Identity>([
    { subject: 'ann', role: 'analyst', owner: 'ann' },
    { subject: 'ops', role: 'admin', owner: 'ann' },
  ])('are those of its owner: %j', (identity) => {
    expect(asked(identity, currentOwner)).toBe('ann');
    expect(asked(identity, currentOwnerOrEvery)).toBe('ann');
  });

  it('may be those of all, in lists alone', () => {
    const all: Identity = { subject: 'ops', role: 'admin', owner: '*' };
    expect(asked(all, currentOwnerOrEvery)).toBe('*');
    expect(() => asked(all, currentOwner)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', errors: [{ field: 'owner', rule: 'oneOwner', message: 'owner: only lists are of all owners; name one' }] }) as Error,
    );
  });

  it('are nobody\'s where nobody asks', () => {
    for (const owner of [currentOwner, currentOwnerOrEvery]) {
      expect(owner).toThrow('Nobody asks');
      expect(() => asked(undefined, owner)).toThrow('Nobody asks');
      expect(() => asked({ subject: 'ann', role: 'analyst', owner: 'ann' }, () => outsideRequests(owner))).toThrow('Nobody asks');
    }
  });
});
