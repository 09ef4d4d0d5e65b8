import { KeepAliveClient } from './keep-alive-client';
import { seededRandom } from './seeded-random';

/** Asks by the name that a route has in the API's document; gives the body of an answer of 200. */
export type Ask = (route: string, sent?: RouteRequest) => Promise<unknown>;

/** What is sent to a route. */
export interface RouteRequest {
  /** What stands in the place of `{name}` and of other parts of the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
  readonly authorization?: string;
}

/** Something that a client does, by one request or some, and how it knows that the answers are right. */
export interface Errand {
  readonly name: string;
  /** @param id a name that no other errand has */
  run(ask: Ask, id: string): Promise<void>;
}

type Method = Parameters<KeepAliveClient['send']>[0];

/** Clients that run errands over and over, each over a connection of its own, some of them after pauses. */
export class EveryRouteLoad {
  /** Requests that were answered with 200, by route. */
  readonly answered = new Map<string, number>();
  /** Everything that went wrong. */
  readonly failures: string[] = [];
  private readonly clients: readonly KeepAliveClient[];
  private readonly loops: Promise<unknown>;
  private isStopped = false;

  /** @param pausesMs the longest pause between two errands of each client, in milliseconds */
  constructor(origin: string, private readonly errands: readonly Errand[], pausesMs: readonly number[]) {
    this.clients = pausesMs.map(() => new KeepAliveClient(origin));
    this.loops = Promise.all(this.clients.map((client, i) => this.loop(client, i, pausesMs[i] ?? 0)));
  }

  /** Requests that were answered with 200. */
  get total(): number {
    return [...this.answered.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Connections that the clients have had. */
  get connections(): number {
    return this.clients.reduce((sum, { connections }) => sum + connections, 0);
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.loops;
    for (const client of this.clients) client.close();
  }

  private async loop(client: KeepAliveClient, number: number, pauseMs: number): Promise<void> {
    const random = seededRandom(number + 1);
    const ask: Ask = (route, sent) => this.ask(client, route, sent);
    const first = Math.floor((number * this.errands.length) / this.clients.length); // so that each errand is soon somebody's
    for (let n = first; !this.isStopped; n++) {
      const errand = this.errands[n % this.errands.length];
      await errand?.run(ask, `${number}-${n}`).catch((error: unknown) => {
        this.failures.push(`${new Date().toISOString()} client ${number}, ${errand.name}: ${error instanceof Error ? error.message : String(error)}`);
      });
      await new Promise((wake) => setTimeout(wake, random(pauseMs + 1)));
    }
  }

  private async ask(client: KeepAliveClient, route: string, sent?: RouteRequest): Promise<unknown> {
    const answer = await askRoute(client, route, sent);
    this.answered.set(route, (this.answered.get(route) ?? 0) + 1);
    return answer;
  }
}

async function askRoute(client: KeepAliveClient, route: string, { path = {}, query = '', body, authorization }: RouteRequest = {}): Promise<unknown> {
  const [method = '', template = ''] = route.split(' ');
  const url = Object.entries(path).reduce((so, [name, value]) => so.replace(`{${name}}`, encodeURIComponent(value)), template) + query;
  return client.send(method as Method, url, { ...(body && { body }), ...(authorization !== undefined && { authorization }) }).catch((error: unknown) => {
    throw new Error(`${route}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

/** Asks over a connection of its own, whatever load there is. */
export function askerOf(origin: string): Ask {
  const client = new KeepAliveClient(origin);
  return (route, sent) => askRoute(client, route, sent);
}
