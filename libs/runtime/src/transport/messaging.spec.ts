import { defineContract, pingOf, systemIdentity } from '@sigmalang/contracts';
import { register } from 'prom-client';
import { BaseConfig } from '../config/base.config';
import { HealthChecks } from '../management/health-checks';
import { ProcessState } from '../management/process-state';
import { currentRequest } from '../messages/request-context';
import { ResilienceConfig } from '../resilience/resilience.config';
import { openMessaging } from './messaging';

class Message {
  value?: unknown;
}

const echo = defineContract({ subject: 'probe.v1.echo', request: Message, response: Message });

beforeEach(() => {
  register.clear();
});

describe('the messaging of a process by itself', () => {
  it('needs nothing to be ready, and answers calls and the pings of the services it has handlers of', async () => {
    const state = new ProcessState();
    const checks = new HealthChecks();
    const messaging = openMessaging({ name: 'probe', transport: 'in-process' }, new BaseConfig(), state, checks, new ResilienceConfig());
    expect(checks.list(false)).toEqual([]);
    messaging.strategy.addHandler(echo.subject, (data: Message) => Promise.resolve(data));
    messaging.strategy.listen(() => undefined);

    await expect(messaging.bus.call(echo, { value: 1 })).resolves.toEqual({ value: 1 });
    const early = messaging.bus.call(pingOf('probe'), {});
    state.started();
    await expect(early).resolves.toEqual({ service: 'probe', ready: true });
    state.stopping();
    await expect(messaging.bus.call(pingOf('probe'), {})).resolves.toEqual({ service: 'probe', ready: true });
    await expect(messaging.bus.call(pingOf('other'), {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });

    messaging.strategy.addHandler('probe.v1.who', () => Promise.resolve({ value: currentRequest()?.identity }));
    messaging.strategy.listen(() => undefined);
    const who = defineContract({ subject: 'probe.v1.who', request: Message, response: Message });
    await expect(messaging.bus.call(who, {})).resolves.toEqual({ value: systemIdentity('probe') });

    await messaging.strategy.close();
    await messaging.close();
    await expect(messaging.bus.call(echo, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('does not call a service ready that is told to stop before it has started', async () => {
    const state = new ProcessState();
    const messaging = openMessaging({ name: 'probe', transport: 'in-process' }, new BaseConfig(), state, new HealthChecks(), new ResilienceConfig());
    messaging.strategy.addHandler(echo.subject, (data: Message) => Promise.resolve(data));
    messaging.strategy.listen(() => undefined);
    state.stopping();
    await expect(messaging.bus.call(pingOf('probe'), {})).resolves.toEqual({ service: 'probe', ready: false });
  });

  it('carries no message over the limit of its settings', async () => {
    const config = Object.assign(new BaseConfig(), { maxMessageBytes: 65_536 });
    const { bus } = openMessaging({ name: 'probe', transport: 'in-process' }, config, new ProcessState(), new HealthChecks(), new ResilienceConfig());
    await expect(bus.call(echo, { value: 'x'.repeat(65_536) })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });
});
