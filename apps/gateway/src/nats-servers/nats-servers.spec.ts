import { METRICS } from '@sigmalang/contracts';
import { BaseConfig, ReadConfig } from '@sigmalang/runtime';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import { NatsMonitoringConfig } from './nats-monitoring.config';
import { NatsServers } from './nats-servers';

const STATUS = { connections: 7, slow_consumers: 1, in_msgs: 20, out_msgs: 30, in_bytes: 400, out_bytes: 500, mem: 6_000, max_payload: 8_388_608, version: '2.12.0' };
const folder = mkdtempSync(join(tmpdir(), 'sigmalang-monitoring-'));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const listening: Server[] = [];
let servers: NatsServers | undefined;

beforeAll(() => {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=nats', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
});
afterEach(() => {
  servers?.onApplicationShutdown();
  for (const server of listening.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

async function open(server: Server): Promise<string> {
  listening.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const telling = (status: object): RequestListener => (request, response) => {
  response.statusCode = request.url === '/varz' ? 200 : 404;
  response.end(JSON.stringify(status));
};

function watch(urls: readonly string[], base: Partial<BaseConfig> = {}): void {
  servers = new NatsServers({ natsMonitoringUrls: urls.join(', ') }, Object.assign(new BaseConfig(), base));
  servers.onModuleInit();
}

/** The samples of NATS servers in a scrape, by name and labels. */
async function scrape(): Promise<Record<string, number>> {
  const lines = (await register.metrics()).split('\n').filter((line) => line.startsWith('sigmalang_nats_server_'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

describe('a NATS server whose monitoring port is named', () => {
  it('is told of as it is at each scrape', async () => {
    const status = { ...STATUS };
    const server = await open(createPlain((request, response) => { telling(status)(request, response); }));
    watch([`http://${server}`]);
    const of = (direction: 'in' | 'out') => `{server="${server}",direction="${direction}"}`;
    const expected = {
      [`${METRICS.natsServerUp}{server="${server}"}`]: 1,
      [`${METRICS.natsServerConnections}{server="${server}"}`]: 7,
      [`${METRICS.natsServerSlowConsumers}{server="${server}"}`]: 1,
      [METRICS.natsServerMessages + of('in')]: 20,
      [METRICS.natsServerMessages + of('out')]: 30,
      [METRICS.natsServerBytes + of('in')]: 400,
      [METRICS.natsServerBytes + of('out')]: 500,
      [`${METRICS.natsServerMemory}{server="${server}"}`]: 6_000,
      [`${METRICS.natsServerMaxPayload}{server="${server}"}`]: 8_388_608,
    };
    expect(await scrape()).toEqual(expected);
    status.in_msgs = 21;
    expect(await scrape()).toEqual({ ...expected, [METRICS.natsServerMessages + of('in')]: 21 });
  });

  it('is asked once a scrape', async () => {
    let asked = 0;
    const server = await open(createPlain((request, response) => {
      asked++;
      telling(STATUS)(request, response);
    }));
    watch([`http://${server}`]);
    await scrape();
    expect(asked).toBe(1);
  });

  it('is asked over TLS with what the process uses for NATS itself', async () => {
    const server = await open(createSecure({ cert: readFileSync(cert), key: readFileSync(key) }, telling(STATUS)));
    const up = `${METRICS.natsServerUp}{server="${server}"}`;
    watch([`https://${server}`], { natsTlsCa: cert });
    expect((await scrape())[up]).toBe(1);
    servers?.onApplicationShutdown();
    watch([`https://${server}`]);
    expect((await scrape())[up]).toBe(0);
  });

  it.each<[string, RequestListener]>([
    ['says nothing', () => undefined],
    ['stops in the middle', (_request, response) => { response.write('{"connections":'); }],
    ['tells less than it should', telling({ ...STATUS, mem: undefined })],
    ['tells something else', telling({ ...STATUS, connections: 'many' })],
    ['tells what no counter can be', telling({ ...STATUS, in_msgs: -1 })],
    ['is no NATS server', (_request, response) => { response.end('<html></html>'); }],
    ['tells nothing at all', telling({ toJSON: () => null })],
    ['does not stop', (_request, response) => { response.end('1'.repeat(300_000)); }],
  ])('that %s is down, and the others are told of all the same', async (_what, answer) => {
    const [broken, whole] = [await open(createPlain(answer)), await open(createPlain(telling(STATUS)))];
    watch([`http://${broken}`, `http://${whole}`]);
    const samples = await scrape();
    expect(Object.entries(samples).filter(([sample]) => sample.includes(broken))).toEqual([[`${METRICS.natsServerUp}{server="${broken}"}`, 0]]);
    expect(Object.keys(samples).filter((sample) => sample.includes(whole))).toHaveLength(9);
  });

  it('that went away is down, and what was told of it is no longer', async () => {
    const server = await open(createPlain(telling(STATUS)));
    watch([`http://${server}`]);
    expect(Object.keys(await scrape())).toHaveLength(9);
    listening.at(-1)?.close();
    expect(await scrape()).toEqual({ [`${METRICS.natsServerUp}{server="${server}"}`]: 0 });
  });
});

it('nothing is told of NATS servers where none is named', async () => {
  servers = new NatsServers({}, new BaseConfig());
  servers.onModuleInit();
  expect(await scrape()).toEqual({});
});

describe('the setting of monitoring ports', () => {
  const read = (urls: string): string | undefined =>
    ReadConfig.from([NatsMonitoringConfig], { env: { NATS_MONITORING_URLS: urls }, argv: [] }).get(NatsMonitoringConfig).natsMonitoringUrls;

  it.each(['http://nats:8222', 'http://nats-0.nats:8222, https://nats-1.nats:8222/prefix', 'http://[::1]:8222'])('takes %s', (urls) => {
    expect(read(urls)).toBe(urls);
  });

  it.each(['nats:8222', 'nats://nats:4222', 'http://', 'http://user:password@nats:8222', 'http://nats:8222/?all=1', 'http://a:1,http://a:1', 'http://a:1,'])(
    'refuses "%s" without repeating it',
    (urls) => {
      expect(() => read(urls)).toThrow(/NATS_MONITORING_URLS: natsMonitoringUrls must (be addresses|name each server once)/);
      expect(() => read(urls)).not.toThrow('password');
    },
  );
});
