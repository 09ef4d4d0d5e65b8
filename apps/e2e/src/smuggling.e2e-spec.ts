import { type BothInstallations, startBoth } from './installations';
import { sendRaw, wire } from './raw-http';
import { endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';

jest.setTimeout(240_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

const BODY = '{"text":"a"}';
const SMUGGLED = wire('GET /v1/info HTTP/1.1', ['Host: a', `X-API-Key: ${ADMIN_KEY}`]);
const OWN = ['Host: a', `X-API-Key: ${ADMIN_KEY}`, 'Content-Type: application/json'];
const CHUNKED_END = '0\r\n\r\n';

/** A request whose length two servers could read in two ways, with another behind it. */
function ambiguous(...headers: readonly string[]): string {
  return wire('POST /v1/encode HTTP/1.1', [...OWN, ...headers], `${CHUNKED_END}${SMUGGLED}`);
}

const length = (bytes: number): string => `Content-Length: ${bytes}`;
const CHUNKED = 'Transfer-Encoding: chunked';

it.each<[what: string, bytes: string]>([
  ['a length beside chunks', ambiguous(length(5), CHUNKED)],
  ['chunks beside a length', ambiguous(CHUNKED, length(5 + SMUGGLED.length))],
  ['two lengths', ambiguous(length(5), length(6))],
  ['two lengths in one header', ambiguous('Content-Length: 5, 6')],
  ['a length with a sign', ambiguous('Content-Length: +5')],
  ['a negative length', ambiguous('Content-Length: -5')],
  ['a length in hexadecimal', ambiguous('Content-Length: 0x5')],
  ['a length with a fraction', ambiguous('Content-Length: 5.0')],
  ['a length past all numbers', ambiguous('Content-Length: 18446744073709551617')],
  ['an empty length', ambiguous('Content-Length:')],
  ['a space before the colon of a length', ambiguous('Content-Length : 5')],
  ['a space before the colon of chunks', ambiguous('Transfer-Encoding : chunked')],
  ['chunks in a folded header', ambiguous('Transfer-Encoding:\r\n chunked')],
  ['a folded header', wire('POST /v1/encode HTTP/1.1', [...OWN, length(BODY.length), 'X-Folded: a\r\n b'], BODY)],
  ['an encoding that is nearly chunks', ambiguous('Transfer-Encoding: xchunked')],
  ['chunks, then another encoding', ambiguous('Transfer-Encoding: chunked, identity')],
  ['chunks twice', ambiguous(CHUNKED, 'Transfer-Encoding: identity')],
  ['a size of a chunk that is no number', wire('POST /v1/encode HTTP/1.1', [...OWN, CHUNKED], `zz\r\n${BODY}\r\n${CHUNKED_END}${SMUGGLED}`)],
  ['a size of a chunk past all numbers', wire('POST /v1/encode HTTP/1.1', [...OWN, CHUNKED], `10000000000000005\r\n${BODY}\r\n${CHUNKED_END}${SMUGGLED}`)],
  ['a chunk that is longer than it says', wire('POST /v1/encode HTTP/1.1', [...OWN, CHUNKED], `5\r\n${BODY}\r\n${CHUNKED_END}${SMUGGLED}`)],
  ['a line that ends without a carriage return', wire('POST /v1/encode HTTP/1.1', [...OWN, `X-A: b\n${CHUNKED}`, length(5)], `${CHUNKED_END}${SMUGGLED}`)],
  ['a carriage return within a header', wire('POST /v1/encode HTTP/1.1', [...OWN, `X-A: b\r${CHUNKED}`, length(5)], `${CHUNKED_END}${SMUGGLED}`)],
  ['a zero byte within a header', wire('POST /v1/encode HTTP/1.1', [...OWN, 'X-A: b\0c', length(BODY.length)], BODY)],
  ['a name of a header with a space', wire('POST /v1/encode HTTP/1.1', [...OWN, 'X A: b', length(BODY.length)], BODY)],
  ['no host', wire('GET /v1/info HTTP/1.1', [`X-API-Key: ${ADMIN_KEY}`])],
  ['two hosts', wire('GET /v1/info HTTP/1.1', ['Host: a', 'Host: b', `X-API-Key: ${ADMIN_KEY}`])],
  ['a method that is none', wire('SMUGGLE /v1/info HTTP/1.1', OWN)],
  ['a version that is none', wire('GET /v1/info HTTP/9.9', OWN)],
  ['a header of 100,000 bytes', wire('GET /v1/info HTTP/1.1', [...OWN, `X-A: ${'a'.repeat(100_000)}`])],
  ['3,000 headers', wire('GET /v1/info HTTP/1.1', [...OWN, ...Array.from({ length: 3_000 }, (_, i) => `X-${i}: a`)])],
  ['a URL of 100,000 characters', wire(`GET /v1/info?a=${'a'.repeat(100_000)} HTTP/1.1`, OWN)],
  ['the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['no HTTP at all', `\0\0\0${'x'.repeat(100)}\r\n\r\n`],
])('%s is refused once, and nothing behind it is served', async (_what, bytes) => {
  for (const { rest } of both.each) {
    const { statuses } = await sendRaw(rest.origin, Buffer.from(bytes, 'latin1'));
    expect(statuses).toHaveLength(1);
    expect([400, 404, 408, 413, 414, 431, 505]).toContain(statuses[0]);
    expect((await rest.get('/health/live')).status).toBe(200);
  }
});

it('a body that a request has not asked to be read is not taken for the next request', async () => {
  for (const { rest } of both.each) {
    const bytes = wire('GET /v1/info HTTP/1.1', [...OWN, length(SMUGGLED.length)], SMUGGLED);
    expect((await sendRaw(rest.origin, bytes)).statuses).toEqual([200]);
  }
});

it('a body of a refused caller is not taken for the next request', async () => {
  for (const { rest } of both.each) {
    const bytes = wire('POST /v1/encode HTTP/1.1', ['Host: a', 'Content-Type: application/json', length(SMUGGLED.length)], SMUGGLED);
    expect((await sendRaw(rest.origin, bytes)).statuses).toEqual([401]);
  }
});

it('requests in one write are answered each by its own permissions, in their order', async () => {
  const anonymous = wire('GET /v1/info HTTP/1.1', ['Host: a']);
  for (const { rest } of both.each) {
    expect((await sendRaw(rest.origin, `${SMUGGLED}${anonymous}${SMUGGLED}${anonymous}`)).statuses).toEqual([200, 401, 200, 401]);
  }
});
