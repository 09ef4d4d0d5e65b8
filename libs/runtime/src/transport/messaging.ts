import { pingOf, serviceOf, systemIdentity, type PingResponse } from '@sigmalang/contracts';
import type { CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { BaseConfig } from '../config/base.config';
import type { HealthChecks } from '../management/health-checks';
import type { ProcessState } from '../management/process-state';
import { Bus } from '../messages/bus';
import { Dispatcher } from '../messages/dispatcher';
import { showContract } from '../observability/request-metrics';
import type { ResilienceConfig } from '../resilience/resilience.config';
import { InProcessStrategy, InProcessTransport } from './in-process.transport';
import { NatsLink } from './nats-link';
import { NatsStrategy, NatsTransport } from './nats.transport';

/** How the messages of a process travel. */
export type Transport = 'nats' | 'in-process';

/** Both ends of a process's messages: the bus that asks, the strategy that answers. */
export interface Messaging {
  readonly bus: Bus;
  readonly strategy: Server & CustomTransportStrategy;
  /** Gives up what is still worked on for other processes, and tells them. */
  abandon(): Promise<void>;
  /** Closes what both ends share. */
  close(): Promise<void>;
}

/** Opens the messaging of a process; over NATS it connects in the background. */
export function openMessaging(
  { name, transport }: { name: string; transport: Transport },
  config: BaseConfig,
  state: ProcessState,
  checks: HealthChecks,
  resilience: ResilienceConfig,
): Messaging {
  const { requestTimeoutMs, maxMessageBytes } = config;
  const own = systemIdentity(name);
  if (transport === 'in-process') {
    const inProcess = new InProcessTransport(maxMessageBytes);
    const dispatcher = new Dispatcher(requestTimeoutMs, () => inProcess.maxMessageBytes(), inProcess.system);
    const strategy = answeringPings(new InProcessStrategy(inProcess, dispatcher), state);
    const nothing = (): Promise<void> => Promise.resolve();
    return { bus: new Bus(inProcess, requestTimeoutMs, own, resilience), strategy, abandon: nothing, close: nothing };
  }
  const link = NatsLink.open(config.natsUrl, name, config);
  const nats = new NatsTransport(link, maxMessageBytes);
  const dispatcher = new Dispatcher(requestTimeoutMs, () => nats.maxMessageBytes());
  checks.add('nats', async () => ({ roundTripMs: await link.roundTripMs() }));
  const strategy = new NatsStrategy(link, dispatcher);
  return {
    bus: new Bus(nats, requestTimeoutMs, own, resilience),
    strategy: answeringPings(strategy, state),
    abandon: async () => {
      strategy.abandon();
      await link.live?.flush();
    },
    close: () => link.close(),
  };
}

/** Lets a strategy answer the ping of each service it has handlers of, as soon as it listens. */
function answeringPings<Strategy extends Server & CustomTransportStrategy>(
  strategy: Strategy,
  state: ProcessState,
): Strategy {
  const listen = strategy.listen.bind(strategy);
  strategy.listen = (callback: (error?: unknown) => void): void => {
    [...strategy.getHandlers().keys()].forEach(showContract);
    const services = new Set([...strategy.getHandlers().keys()].map(serviceOf));
    for (const service of services) {
      // Who answers takes requests: somewhat before it calls itself ready, and as long as there are some for it after it was told to stop.
      const answer = async (): Promise<PingResponse> => ({ service, ready: await state.begun() });
      strategy.addHandler(pingOf(service).subject, answer as never, false, { unmeasured: true });
    }
    listen(callback);
  };
  return strategy;
}
