import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type AddressInfo } from 'node:net';
import { startGateway } from './gateway-under-test';

// It is ESM inside, which Jest cannot require; no page is served here.
jest.mock('@fastify/static', () => ({}));

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await startGateway();
  await app.listen(0, '127.0.0.1');
});

afterAll(() => app.close());

/** The first line of the answer to a request with these headers. */
async function statusLineOf(headers: readonly string[]): Promise<string | undefined> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(['GET /health/live HTTP/1.1', 'Connection: close', ...headers, '', ''].join('\r\n'));
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text.split('\r\n')[0];
}

it.each([
  [['Host: a', 'Host: a']],
  [['Host: a', 'X-Other: b', 'host: b']],
])('a request with the headers %j is refused', async (headers) => {
  expect(await statusLineOf(headers)).toBe('HTTP/1.1 400 Bad Request');
});

it('a request with one host is answered', async () => {
  expect(await statusLineOf(['Host: a', 'Hosts: b', 'X-Host: c'])).toBe('HTTP/1.1 200 OK');
});
