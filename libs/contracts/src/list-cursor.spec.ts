import { EVERY_OWNER } from './identity/identity';
import { cursorOf, LIST_CURSOR, positionOf } from './list-cursor';

const refused = expect.objectContaining({ code: 'INVALID_REQUEST', errors: [expect.objectContaining({ field: 'cursor', rule: 'listCursor' })] }) as Error;

describe('a cursor', () => {
  it.each([
    ['ann', { owner: 'ann', name: 'news' }, 'news'],
    [EVERY_OWNER, { owner: 'ann', name: 'news' }, 'ann/news'],
    [EVERY_OWNER, { owner: 'team:a.b@c+d', name: '9_-' }, 'team:a.b@c+d/9_-'],
  ])('of the list of %s behind %j is %s, and leads back there', (listed, position, cursor) => {
    expect(cursorOf(listed, position)).toBe(cursor);
    expect(positionOf(listed, cursor)).toEqual(position);
    expect(cursor).toMatch(new RegExp(LIST_CURSOR));
  });

  it('that is absent means the beginning', () => {
    expect(positionOf('ann')).toEqual({ owner: 'ann', name: '' });
    expect(positionOf(EVERY_OWNER)).toEqual({ owner: '', name: '' });
  });

  it.each([
    ['ann', 'bob/news'],
    ['ann', 'ann/news'],
    [EVERY_OWNER, 'news'],
  ])('in the list of %s is not %s', (listed, cursor) => {
    expect(() => positionOf(listed, cursor)).toThrow(refused);
  });
});
