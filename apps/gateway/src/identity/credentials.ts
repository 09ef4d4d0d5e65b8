/** What a key looks like. */
export const API_KEY = /^sk_[A-Za-z0-9_-]{43}$/;

/** Characters of a key by which it is found; they are no secret. */
export const PREFIX_CHARACTERS = 11;

const BEARER = /^bearer +(\S+)$/i;
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** How a secret begins that stands where it is seen by all who see the URL. */
const SECRET_IN_URL = /^((sk|rt)_[A-Za-z0-9_-]{43}|eyJ[A-Za-z0-9_-]*\.)/;
const NAMES_OF_SECRETS: readonly string[] = ['api_key', 'apikey', 'api-key', 'x-api-key', 'access_token', 'refresh_token', 'authorization', 'key', 'token'];

/** What a request has to show for who it is from. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'unreadable'; readonly reason: 'malformed' | 'ambiguous' };

/** Reads the credentials of a request from its headers, as they came: names and values by turns. */
export function readCredentials(rawHeaders: readonly string[]): Credentials {
  const found: { readonly name: string; readonly value: string }[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    if (name === 'x-api-key' || name === 'authorization') found.push({ name, value: rawHeaders[i + 1] ?? '' });
  }
  const [first] = found;
  if (!first) return { kind: 'none' };
  if (found.length > 1) return { kind: 'unreadable', reason: 'ambiguous' };
  const said = first.name === 'authorization' ? BEARER.exec(first.value)?.[1] : first.value;
  if (said !== undefined && API_KEY.test(said)) return { kind: 'key', key: said };
  if (said !== undefined && first.name === 'authorization' && JWT.test(said)) return { kind: 'token', token: said };
  return { kind: 'unreadable', reason: 'malformed' };
}

/** Whether the query of a URL holds something that may be a key or a token. */
export function hasSecret(query: unknown): boolean {
  if (typeof query !== 'object' || query === null) return false;
  return Object.entries(query).some(([name, value]: [string, unknown]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return NAMES_OF_SECRETS.includes(name.toLowerCase()) || values.some((each) => typeof each === 'string' && SECRET_IN_URL.test(each));
  });
}
