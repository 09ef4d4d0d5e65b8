import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { seededRandom } from './seeded-random';
import { atTheEnd } from './teardown';
import type { PodUnderTest, WorkloadUnderTest } from './workload-under-test';

/** How long it takes until a change of endpoints has reached the rules by which connections are led, in milliseconds. */
export interface EndpointDelays {
  readonly addMs: number;
  readonly removeMs: number;
}

/**
 * One address for the pods of a workload, as a Service with kube-proxy is one: each new connection is led to one of the endpoints, wherever
 * that fails too, and stays with it; that a pod comes or goes is known somewhat later.
 */
export class ClusterServiceUnderTest {
  private readonly ports = new Map<PodUnderTest, number>();
  private readonly sockets = new Set<Socket>();
  private readonly random = seededRandom(7);

  private constructor(
    private readonly server: Server,
    private readonly delays: EndpointDelays,
  ) {}

  /** Opens the address. */
  static async open(workload: WorkloadUnderTest, delays: EndpointDelays): Promise<ClusterServiceUnderTest> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const service = new ClusterServiceUnderTest(server, delays);
    server.on('connection', (client) => { service.lead(client); });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    workload.on('changed', (pod) => { service.change(pod); });
    for (const pod of workload.pods) service.ports.set(pod, Number(new URL(pod.process.origin).port));
    atTheEnd(() => service.close());
    return service;
  }

  /** Where clients connect to. */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private change(pod: PodUnderTest): void {
    const { addMs, removeMs } = this.delays;
    if (pod.isEndpoint) setTimeout(() => this.ports.set(pod, Number(new URL(pod.process.origin).port)), addMs).unref();
    else setTimeout(() => this.ports.delete(pod), removeMs).unref();
  }

  private lead(client: Socket): void {
    const ports = [...this.ports.values()];
    const port = ports[this.random(ports.length)];
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const pod = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [[client, pod], [pod, client]] as const) {
      this.sockets.add(from.once('close', () => this.sockets.delete(from)));
      from.on('error', () => to.resetAndDestroy()); // a reset goes through as a reset, and an end as an end
      from.pipe(to);
    }
  }

  private async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
