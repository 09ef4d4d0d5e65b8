import { Logger } from '@nestjs/common';
import { connect, type ConnectionOptions, Events, type NatsConnection, nkeyAuthenticator } from 'nats';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { addressesIn, isTls, type NatsCredentials, userIn } from '../config/nats-rules';

const RECONNECT_MS = 250;

/** How long one attempt may take: a server that refuses a key or a certificate leaves some without an end. */
const ATTEMPT_MS = 5_000;

/** What Node takes for the name of a server that was reached by its address. */
const NAMELESS = 'localhost';

/** How to connect to addresses separated by commas: who the process is to the servers, and how they show who they are. */
function optionsFor(list: string, credentials: NatsCredentials): ConnectionOptions {
  const servers = addressesIn(list);
  const [user] = servers.flatMap((server) => userIn(server) ?? []);
  const { natsToken: token, natsNkeySeed: seed, natsTlsCa: caFile, natsTlsCert: certFile, natsTlsKey: keyFile } = credentials;
  const isSecure = servers.some(isTls) || caFile !== undefined || certFile !== undefined;
  const tls = { caFile, certFile, keyFile, checkServerIdentity: serverCheck(servers) };
  return {
    servers,
    ...user,
    ...(token !== undefined && { token }),
    ...(seed !== undefined && { authenticator: nkeyAuthenticator(Buffer.from(seed)) }),
    ...(isSecure && { tls }),
  };
}

/** Checks that a certificate is of the server that was meant; where that is known by its IP address, the client library leaves it nameless. */
function serverCheck(servers: readonly string[]): typeof checkServerIdentity {
  const hosts = servers.filter((server) => URL.canParse(server)).map((server) => new URL(server).hostname.replace(/^\[|\]$/g, ''));
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  return (name: string, certificate: PeerCertificate) => {
    const meant = name === NAMELESS && !hosts.includes(NAMELESS) ? addresses : [name];
    const faults = meant.map((host) => checkServerIdentity(host, certificate));
    return faults.includes(undefined) ? undefined : (faults[0] ?? new Error('The server is none that was meant'));
  };
}

/** The one NATS connection of a process: connects in the background and for ever, and knows whether it is up. */
export class NatsLink {
  private readonly logger = new Logger('NATS');
  private connection: NatsConnection | undefined;
  private up = false;
  private closing = false;

  private constructor(private readonly opening: Promise<NatsConnection>) {}

  /**
   * Begins to connect.
   *
   * @param servers addresses, separated by commas
   * @param name name of the process, as NATS shows it
   * @param credentials what lets the process in, beside a user and a password in an address
   */
  static open(servers: string, name: string, credentials: NatsCredentials = {}): NatsLink {
    const link = new NatsLink(
      connect({
        ...optionsFor(servers, credentials),
        ignoreAuthErrorAbort: true,
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
        timeout: ATTEMPT_MS,
        waitOnFirstConnect: true,
        noAsyncTraces: true,
        pingInterval: 10_000,
        maxPingOut: 3,
      }),
    );
    void link.watch();
    return link;
  }

  /** The connection, when there is one that is up. */
  get live(): NatsConnection | undefined {
    return this.up ? this.connection : undefined;
  }

  /** Resolves with the connection once it has been up. */
  opened(): Promise<NatsConnection> {
    return this.opening;
  }

  /** Round trip to the server, in milliseconds; rejects when the connection is down. */
  async roundTripMs(): Promise<number> {
    if (!this.live) throw new Error('not connected');
    return this.live.rtt();
  }

  /** Sends what is waiting, as far as the connection is up, and closes it. */
  async close(): Promise<void> {
    await this.live?.flush();
    this.closing = true;
    this.up = false;
    await this.connection?.close();
  }

  private async watch(): Promise<void> {
    try {
      this.connection = await this.opening;
    } catch (error) {
      this.logger.error({ msg: 'Connecting failed for good', error: error instanceof Error ? error.name : 'unknown' });
      return;
    }
    this.up = true;
    for await (const { type } of this.connection.status()) {
      if (type === Events.Disconnect) this.change(false);
      if (type === Events.Reconnect) this.change(true);
    }
  }

  private change(up: boolean): void {
    this.up = up;
    if (this.closing) return;
    if (up) this.logger.log('Connected again');
    else this.logger.warn('Connection lost; connecting again until it succeeds');
  }
}
