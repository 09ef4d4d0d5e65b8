import { hasSecret, readCredentials } from './credentials';

const KEY = `sk_${'k-_9'.repeat(10)}abc`;
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

describe('the credentials of a request', () => {
  it.each<[string, string[], object]>([
    ['no header of theirs', ['accept', '*/*', 'cookie', KEY], { kind: 'none' }],
    ['a key in its header', ['X-API-Key', KEY], { kind: 'key', key: KEY }],
    ['a key as a bearer', ['authorization', `Bearer ${KEY}`], { kind: 'key', key: KEY }],
    ['a token as a bearer', ['Authorization', `bearer  ${TOKEN}`], { kind: 'token', token: TOKEN }],
    ['a token without a signature', ['authorization', 'Bearer eyJhbGciOiJub25lIn0.e30.'], { kind: 'token', token: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a key and a bearer', ['x-api-key', KEY, 'authorization', `Bearer ${KEY}`], { kind: 'unreadable', reason: 'ambiguous' }],
    ['a key twice', ['x-api-key', KEY, 'X-Api-Key', KEY], { kind: 'unreadable', reason: 'ambiguous' }],
    ['a bearer twice', ['authorization', `Bearer ${KEY}`, 'accept', '*/*', 'authorization', `Bearer ${TOKEN}`], { kind: 'unreadable', reason: 'ambiguous' }],
    ['two keys in one header', ['x-api-key', `${KEY}, ${KEY}`], { kind: 'unreadable', reason: 'malformed' }],
    ['a token where a key belongs', ['x-api-key', TOKEN], { kind: 'unreadable', reason: 'malformed' }],
    ['an empty key', ['x-api-key', ''], { kind: 'unreadable', reason: 'malformed' }],
    ['a key that is too short', ['x-api-key', KEY.slice(0, -1)], { kind: 'unreadable', reason: 'malformed' }],
    ['a key that is too long', ['x-api-key', `${KEY}a`], { kind: 'unreadable', reason: 'malformed' }],
    ['a key with a line break behind it', ['x-api-key', `${KEY}\n`], { kind: 'unreadable', reason: 'malformed' }],
    ['a key with other characters', ['x-api-key', `${KEY.slice(0, -1)}ü`], { kind: 'unreadable', reason: 'malformed' }],
    ['another scheme', ['authorization', `Basic ${KEY}`], { kind: 'unreadable', reason: 'malformed' }],
    ['a scheme alone', ['authorization', 'Bearer'], { kind: 'unreadable', reason: 'malformed' }],
    ['two words behind the scheme', ['authorization', `Bearer ${KEY} ${KEY}`], { kind: 'unreadable', reason: 'malformed' }],
    ['a refresh token', ['authorization', `Bearer rt_${'a'.repeat(43)}`], { kind: 'unreadable', reason: 'malformed' }],
  ])('with %s are so', (_what, headers, credentials) => {
    expect(readCredentials(headers)).toEqual(credentials);
  });
});

describe('the query of a URL', () => {
  it.each<[string, object]>([
    ['a key', { x: KEY }],
    ['a key and more', { x: `${KEY}&` }],
    ['a refresh token', { x: `rt_${'a'.repeat(43)}` }],
    ['a token', { x: TOKEN }],
    ['a key among several values', { x: ['a', KEY] }],
    ...['api_key', 'apikey', 'API_KEY', 'access_token', 'key', 'token', 'Token'].map((name): [string, object] => [`the name ${name}`, { [name]: 'a' }]),
  ])('that holds %s holds a secret', (_what, query) => {
    expect(hasSecret(query)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['a name that begins as keys do', { cursor: 'sk_documents-of-2024' }],
    ['a name that begins as tokens do', { cursor: 'eyjafjallajökull' }],
    ['a page', { limit: '10', cursor: 'a', owner: 'ann' }],
    ['what is no query', undefined],
  ])('with %s holds none', (_what, query) => {
    expect(hasSecret(query)).toBe(false);
  });
});
