import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { MessageClass } from '../contract';
import { RestListAuditRequest } from './audit.contract';
import { CreateKeyRequest } from './keys.contract';
import { RestEraseRequest } from './privacy.contract';

describe('a request about the audit or privacy', () => {
  it.each<[string, MessageClass<object>, object, string[]]>([
    ['a cursor of the audit that is no number', RestListAuditRequest, { cursor: '1.5' }, ['cursor: matches']],
    ['a moment without an offset', RestListAuditRequest, { from: '2026-01-31T12:00:00' }, ['from: moment']],
    ['a moment that never is', RestListAuditRequest, { from: '2026-01-31T25:00:00Z', to: 'now' }, ['from: moment', 'to: moment']],
    ['a moment before the first year', RestListAuditRequest, { from: '0000-12-31T23:59:59Z', to: '0001-01-01T00:00:00+00:01' }, ['from: moment', 'to: moment']],
    ['a moment after the last year of four digits in UTC', RestListAuditRequest, { to: '9999-12-31T23:59:59-00:01' }, ['to: moment']],
    ['a key that outlives the years of four digits', CreateKeyRequest, { name: 'n', role: 'analyst', expiresAt: '9999-12-31T23:59:59-00:01' }, ['expiresAt: momentToCome']],
    ['a subject that nobody can have', RestEraseRequest, { confirm: 'a b' }, ['confirm: callersSubject']],
  ])('is refused with %s', (_what, request, plain, faults) => {
    const found = validateSync(plainToInstance(request, plain)).flatMap(({ property, constraints = {} }) => Object.keys(constraints).map((rule) => `${property}: ${rule}`));
    expect(found).toEqual(faults);
  });

  it('takes moments with an offset, and with parts of a second', () => {
    expect(validateSync(plainToInstance(RestListAuditRequest, { from: '2026-01-31T12:00:00.123+05:30', to: '2026-01-31T12:00:00Z' }))).toEqual([]);
    expect(validateSync(plainToInstance(RestListAuditRequest, { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' }))).toEqual([]);
  });
});
