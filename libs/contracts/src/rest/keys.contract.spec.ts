import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { MessageClass } from '../contract';
import { CreateKeyRequest, KeyRequest } from './keys.contract';
import { RefreshTokenRequest } from './tokens.contract';

function faultsOf(request: MessageClass<object>, plain: object): string[] {
  return validateSync(plainToInstance(request, plain)).flatMap(({ property, constraints = {} }) => Object.keys(constraints).map((rule) => `${property}: ${rule}`));
}

describe('a request for keys or tokens', () => {
  it.each<[string, object]>([
    ['an offset', { expiresAt: '2999-12-31T23:59:59.999+01:00' }],
    ['a subject such as an address', { subject: 'ann+imports@example.org' }],
    ['a subject that begins much like one of processes', { subject: 'systems:1' }],
    ['a rate of its own', { ratePerMinute: 1, burst: 1 }],
  ])('may have %s', (_what, fields) => {
    expect(faultsOf(CreateKeyRequest, { name: 'a', role: 'analyst', ...fields })).toEqual([]);
  });

  it.each<[string, MessageClass<object>, object, string[]]>([
    ['an empty name', CreateKeyRequest, { name: '', role: 'admin' }, ['name: minLength']],
    ['a name of 101 characters', CreateKeyRequest, { name: 'n'.repeat(101), role: 'admin' }, ['name: maxLength']],
    ['a name with U+0000', CreateKeyRequest, { name: 'a\0', role: 'admin' }, ['name: storable']],
    ['a role that is none', CreateKeyRequest, { name: 'a', role: 'root' }, ['role: isIn']],
    ['a subject of processes', CreateKeyRequest, { name: 'a', role: 'admin', subject: 'system:search' }, ['subject: callersSubject']],
    ['a subject with a line break behind it', CreateKeyRequest, { name: 'a', role: 'admin', subject: 'ann\n' }, ['subject: callersSubject']],
    ['the subject of all', CreateKeyRequest, { name: 'a', role: 'admin', subject: '*' }, ['subject: callersSubject']],
    ['a moment that is over', CreateKeyRequest, { name: 'a', role: 'admin', expiresAt: '2020-01-01T00:00:00Z' }, ['expiresAt: momentToCome']],
    ['a moment without an offset', CreateKeyRequest, { name: 'a', role: 'admin', expiresAt: '2999-01-01T00:00:00' }, ['expiresAt: momentToCome']],
    ['a moment that the calendar has not', CreateKeyRequest, { name: 'a', role: 'admin', expiresAt: '2999-02-30T25:00:00Z' }, ['expiresAt: momentToCome']],
    ['no request a minute', CreateKeyRequest, { name: 'a', role: 'admin', ratePerMinute: 0 }, ['ratePerMinute: min']],
    ['half a request at once', CreateKeyRequest, { name: 'a', role: 'admin', burst: 1.5 }, ['burst: isInt']],
    ['an id that is none', KeyRequest, { id: '1' }, ['id: isUuid']],
    ['a refresh token that is a key', RefreshTokenRequest, { refreshToken: `sk_${'a'.repeat(43)}` }, ['refreshToken: refreshToken']],
  ])('is refused with %s', (_what, request, plain, faults) => {
    expect(faultsOf(request, plain)).toEqual(faults);
  });
});
