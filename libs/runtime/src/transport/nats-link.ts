import { Logger } from '@nestjs/common';
import { connect, type ConnectionOptions, Events, type NatsConnection } from 'nats';

const RECONNECT_MS = 250;

/** Addresses separated by commas, and the user and password that the first with any names. */
function readServers(list: string): Pick<ConnectionOptions, 'servers' | 'user' | 'pass'> {
  const servers = list.split(',').map((server) => server.trim());
  const [named] = servers.filter((server) => URL.canParse(server)).map((server) => new URL(server)).filter(({ username }) => username);
  if (!named) return { servers };
  return { servers, user: decodeURIComponent(named.username), pass: decodeURIComponent(named.password) };
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
   */
  static open(servers: string, name: string): NatsLink {
    const link = new NatsLink(
      connect({
        ...readServers(servers),
        ignoreAuthErrorAbort: true,
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
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
