import type {
  DecodeResponse,
  DecodeResult,
  RestDecodeRequest,
  RestEncodeRequest,
  RestEncodeResponse,
  SimilarityResponse,
} from '@sigmalang/contracts';
import { join } from 'node:path';
import { NatsServerUnderTest } from './nats-server-under-test';
import { ProcessUnderTest } from './process-under-test';
import { bodyOf, type Reply, RestClient, type SendOptions } from './rest-client';

type Environment = Readonly<Record<string, string>>;

/** An installation of the product: its REST API, and the processes behind it. */
export interface Installation {
  readonly name: string;
  readonly rest: RestClient;
  /** The process that serves REST. */
  readonly front: ProcessUnderTest;
  readonly processes: readonly ProcessUnderTest[];
}

/** An installation of a gateway and services that talk over NATS. */
export interface NatsInstallation extends Installation {
  readonly nats: NatsServerUnderTest;
  readonly encoder: ProcessUnderTest;
  readonly decoder: ProcessUnderTest;
  readonly nlp: ProcessUnderTest;
  readonly analogy: ProcessUnderTest;
  readonly search: ProcessUnderTest;
}

/** Starts everything in one process. */
export async function startStandalone(env: Environment = {}): Promise<Installation> {
  const front = await ProcessUnderTest.start('standalone', { env });
  return { name: 'standalone', rest: new RestClient(front.origin), front, processes: [front] };
}

/**
 * Starts a NATS server, unless it is given one, and gateway, encoder, decoder, nlp, analogy and search; `gatewayEnv` is for the gateway alone, which has a folder of
 * its own within DATA_DIR: it keeps a database there, as search does.
 */
export async function startOnNats(env: Environment = {}, gatewayEnv: Environment = {}, given?: NatsServerUnderTest): Promise<NatsInstallation> {
  const nats = given ?? (await NatsServerUnderTest.start());
  const start = (app: string, more: Environment = {}): Promise<ProcessUnderTest> =>
    ProcessUnderTest.start(app, { env: { NATS_URL: nats.url, ...env, ...more } });
  const [front, encoder, decoder, nlp, analogy, search] = await Promise.all([
    start('gateway', { ...(env.DATA_DIR !== undefined && { DATA_DIR: join(env.DATA_DIR, 'gateway') }), ...gatewayEnv }),
    start('encoder'),
    start('decoder'),
    start('nlp'),
    start('analogy'),
    start('search'),
  ]);
  const processes = [front, encoder, decoder, nlp, analogy, search];
  return { name: 'NATS', rest: new RestClient(front.origin), front, processes, nats, encoder, decoder, nlp, analogy, search };
}

/** Starts both installations with the same settings. */
export async function startBoth(env: Environment = {}): Promise<BothInstallations> {
  const [standalone, onNats] = await Promise.all([startStandalone(env), startOnNats(env)]);
  return new BothInstallations(standalone, onNats);
}

/** Fields that tell of a request or of time, and not of what was asked. */
const OF_THE_MOMENT: readonly string[] = ['requestId', 'tookMs', 'createdAt', 'indexedSeq'];

/** What must be the same of an answer, whichever installation gives it: all but what is of the moment. */
function outcomeOf({ status, headers, body, text }: Reply): object {
  const plain = (key: string, value: unknown): unknown => (OF_THE_MOMENT.includes(key) ? '' : value);
  const outcome: unknown = body === undefined ? text : JSON.parse(JSON.stringify(body, plain));
  return { status, contentType: headers.get('content-type'), body: outcome };
}

/** Asks both installations the same, and insists on the same outcome: status, content type and body. */
export class BothInstallations {
  constructor(
    readonly standalone: Installation,
    readonly onNats: NatsInstallation,
  ) {}

  /** Both, to be told apart by name. */
  get each(): readonly Installation[] {
    return [this.standalone, this.onNats];
  }

  /** The answer to a POST, the same on both; its time is the longer of the two. */
  async post(path: string, body: object | string, options?: SendOptions): Promise<Reply> {
    return same(await Promise.all(this.each.map(({ rest }) => rest.post(path, body, options))));
  }

  /** The answer to a GET, or to another method without a body, the same on both. */
  async get(path: string, options?: SendOptions): Promise<Reply> {
    return same(await Promise.all(this.each.map(({ rest }) => rest.get(path, options))));
  }

  /** The answer to a PUT, the same on both. */
  put(path: string, body: object | string): Promise<Reply> {
    return this.post(path, body, { method: 'PUT' });
  }

  /** The answer to a DELETE, the same on both. */
  delete(path: string): Promise<Reply> {
    return this.get(path, { method: 'DELETE' });
  }

  /** What `/v1/encode` answers with 200. */
  async encode(request: RestEncodeRequest): Promise<RestEncodeResponse> {
    return bodyOf(await this.post('/v1/encode', request)) as RestEncodeResponse;
  }

  /** What `/v1/decode` answers with 200. */
  async decode(request: RestDecodeRequest): Promise<DecodeResult[]> {
    return (bodyOf(await this.post('/v1/decode', request)) as DecodeResponse).results;
  }

  /** What `/v1/similarity` answers with 200. */
  async similarity(request: object): Promise<SimilarityResponse> {
    return bodyOf(await this.post('/v1/similarity', request)) as SimilarityResponse;
  }
}

function same([one, other]: readonly Reply[]): Reply {
  if (!one || !other) throw new Error('expected an answer of each installation');
  expect(outcomeOf(other)).toEqual(outcomeOf(one));
  return { ...one, ms: Math.max(one.ms, other.ms) };
}
