import { AuthorityUnderTest } from './certificates-under-test';
import { BothInstallations, startOnNats, startStandalone } from './installations';
import { NatsServerUnderTest } from './nats-server-under-test';
import { freePort } from './ports';
import { atTheEnd } from './teardown';

/** Both installations, of which there is everything to be told that metrics tell of. */
export interface WatchedInstallations {
  readonly both: BothInstallations;
  /** The NATS server as metrics name it. */
  readonly natsServer: string;
}

/** Starts both installations, that over NATS by TLS with certificates of both ends, its gateway knowing the monitoring port of the server. */
export async function startWatched(env: Readonly<Record<string, string>> = {}): Promise<WatchedInstallations> {
  const authority = new AuthorityUnderTest();
  atTheEnd(() => {
    authority.remove();
    return Promise.resolve();
  });
  const [server, client, port] = [authority.certify('IP:127.0.0.1'), authority.certify('DNS:client'), await freePort()];
  const natsServer = `127.0.0.1:${port}`;
  const tls = `tls { cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${authority.cert}", verify: true }`;
  const nats = await NatsServerUnderTest.start({ rules: `http: "${natsServer}"\n${tls}` });
  const shown = { NATS_URL: nats.tlsUrl(), NATS_TLS_CA: authority.cert, NATS_TLS_CERT: client.cert, NATS_TLS_KEY: client.key };
  const [standalone, onNats] = await Promise.all([
    startStandalone(env),
    startOnNats({ ...env, ...shown }, { NATS_MONITORING_URLS: `http://${natsServer}` }, nats),
  ]);
  return { both: new BothInstallations(standalone, onNats), natsServer };
}
