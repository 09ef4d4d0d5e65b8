import type { Identity } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { headers, type NatsConnection } from 'nats';
import { Dispatcher } from '../messages/dispatcher';
import { NatsLink } from './nats-link';
import { NatsServer } from './nats-server-under-test';
import { NatsStrategy } from './nats.transport';

const ANN: Identity = { subject: 'ann', role: 'developer', owner: 'ann' };
const SUBJECT = 'probe.v1.echo';

let server: NatsServer;
let link: NatsLink;
let connection: NatsConnection;
const handled: unknown[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await NatsServer.start();
  link = NatsLink.open(server.url, 'nats-identity.spec');
  connection = await link.opened();
  const strategy = new NatsStrategy(link, new Dispatcher(60_000, () => 65_536));
  strategy.addHandler(SUBJECT, (data) => {
    handled.push(data);
    return Promise.resolve(data);
  });
  await new Promise((resolve) => { strategy.listen(resolve); });
}, 20_000);

beforeEach(() => { handled.length = 0; });

afterAll(async () => {
  await link.close();
  await server.end();
});

const NOBODY = { err: { code: 'UNAUTHENTICATED', message: 'The message does not say who it is from: it needs the identity of its caller' } };
const ann = JSON.stringify(ANN);

describe('who a message is from', () => {
  async function replyTo(identities: readonly string[]): Promise<unknown> {
    const made = headers();
    for (const identity of identities) made.append('Sigma-Identity', identity);
    const { data } = await connection.request(SUBJECT, Buffer.from('{"id":"a","data":{"value":1}}'), { timeout: 2_000, headers: made });
    return JSON.parse(Buffer.from(data).toString());
  }

  it('is told by one header', async () => {
    expect(await replyTo([ann])).toMatchObject({ response: { value: 1 } });
  });

  it.each<[what: string, identities: readonly string[]]>([
    ['no header', []],
    ['two headers', [ann, ann]],
    ['an empty one', ['']],
    ['no JSON', ['ann']],
    ['null', ['null']],
    ['a list', [`[${ann}]`]],
    ['a name alone', ['"ann"']],
    ['a role that there is not', ['{"subject":"ann","role":"root","owner":"ann"}']],
    ['a subject of other characters', ['{"subject":"ann/b","role":"admin","owner":"ann"}']],
    ['no owner', ['{"subject":"ann","role":"admin"}']],
    ['the owner of another, without being an admin', ['{"subject":"ann","role":"developer","owner":"bob"}']],
    ['all owners, without being an admin', ['{"subject":"ann","role":"developer","owner":"*"}']],
  ])('is not told by %s: the message is UNAUTHENTICATED', async (_what, identities) => {
    expect(await replyTo(identities)).toMatchObject({ id: 'a', ...NOBODY });
    expect(handled).toEqual([]);
  });

  it('is told by no field of the message', async () => {
    const payload = Buffer.from(JSON.stringify({ id: 'a', identity: ANN, headers: { 'Sigma-Identity': ANN }, data: {} }));
    const { data } = await connection.request(SUBJECT, payload, { timeout: 2_000 });
    expect(JSON.parse(Buffer.from(data).toString())).toMatchObject(NOBODY);
    expect(handled).toEqual([]);
  });
});
