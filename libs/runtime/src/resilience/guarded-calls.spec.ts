import { defineContract, ServiceError, SERVICES } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { GuardedCalls } from './guarded-calls';
import { ResilienceConfig } from './resilience.config';
import { resilienceMetrics } from './resilience-metrics';

class Message {
  value?: unknown;
}

const parts = { subject: 'probe.v1.echo', request: Message, response: Message } as const;
const safe = defineContract({ ...parts, isIdempotent: true });
const onceOnly = defineContract(parts);

const untaken = new ServiceError('UNAVAILABLE', 'Nobody answers');

beforeAll(() => {
  Logger.overrideLogger(false);
});

afterEach(() => {
  jest.restoreAllMocks();
});

function calls(settings: Partial<ResilienceConfig> = {}): GuardedCalls {
  return new GuardedCalls(Object.assign(new ResilienceConfig(), { callRetryDelayMs: 1 }, settings), () => Promise.resolve());
}

/** What fails with errors, one after another, before it succeeds. */
function failing(...errors: ServiceError[]) {
  return jest.fn<Promise<string>, [timeoutMs: number]>(() => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve('done');
  });
}

async function retriesOf(service: string): Promise<number> {
  const { values } = await resilienceMetrics.retries.get();
  return values.find(({ labels }) => labels.service === service)?.value ?? NaN;
}

const soon = (ms = 60_000): { deadline: number } => ({ deadline: performance.now() + ms });

describe('a call that nobody took', () => {
  it('is made again, at most twice, and counted', async () => {
    await calls().make(safe, soon(), failing());
    const before = await retriesOf('probe');
    const twice = failing(untaken, untaken);
    await expect(calls().make(safe, soon(), twice)).resolves.toBe('done');
    expect(twice).toHaveBeenCalledTimes(3);
    const thrice = failing(untaken, untaken, untaken);
    await expect(calls().make(safe, soon(), thrice)).rejects.toBe(untaken);
    expect(thrice).toHaveBeenCalledTimes(3);
    expect(await retriesOf('probe')).toBe(before + 4);
  });

  it.each([0, 1, 5])('is made again as often as the settings say: %d times', async (callRetries) => {
    const send = failing(...Array.from({ length: 9 }, () => untaken));
    await expect(calls({ callRetries }).make(safe, soon(), send)).rejects.toBe(untaken);
    expect(send).toHaveBeenCalledTimes(1 + callRetries);
  });

  it('is not made again where twice is not as once', async () => {
    const send = failing(untaken);
    await expect(calls().make(onceOnly, soon(), send)).rejects.toBe(untaken);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('has as much time as is left each time', async () => {
    const send = failing(untaken);
    await calls({ callRetryDelayMs: 1 }).make(safe, soon(5_000), send);
    const [first = 0, second = 0] = send.mock.calls.map(([timeoutMs]) => timeoutMs);
    expect(first).toBeLessThanOrEqual(5_000);
    expect(second).toBeLessThan(first);
  });

  it('is not made again when its time would be over by then', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const send = failing(untaken);
    await expect(calls({ callRetryDelayMs: 4_000 }).make(safe, soon(1_000), send)).rejects.toBe(untaken);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('waits a random part of a pause that doubles', async () => {
    jest.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.25).mockReturnValueOnce(0.999).mockReturnValueOnce(0).mockReturnValueOnce(0.5);
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const settings = { callRetryDelayMs: 40 };
    const asked = (deadline: number) => calls(settings).make(safe, { deadline }, failing(untaken, untaken));
    await expect(asked(21)).resolves.toBe('done'); // 0, and then 0.25 of 80
    await expect(asked(39)).rejects.toBe(untaken); // 0.999 of 40
    await expect(asked(40)).rejects.toBe(untaken); // 0, and then 0.5 of 80
    now.mockRestore();
  });

  it('is given up at once when its caller leaves during the pause', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.999);
    const caller = new AbortController();
    const send = failing(untaken);
    const made = calls({ callRetryDelayMs: 5_000 }).make(safe, { ...soon(), signal: caller.signal }, send);
    setImmediate(() => { caller.abort(); });
    await expect(made).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(send).toHaveBeenCalledTimes(1);
  });
});

it.each([
  ['what a service replied, though it is that something is not there', new ServiceError('UNAVAILABLE', 'nlp is away', [], true)],
  ['a call that was not answered in time, which may have been done', new ServiceError('TIMEOUT', 'Late')],
  ['what is too large', new ServiceError('PAYLOAD_TOO_LARGE', 'Large')],
  ['what failed by itself', new ServiceError('INTERNAL', 'Failed', [], true)],
])('nobody asks again after %s', async (_what, error) => {
  const send = failing(error);
  await expect(calls().make(safe, soon(), send)).rejects.toBe(error);
  expect(send).toHaveBeenCalledTimes(1);
});

it('a call that is refused since too many wait is not made again', async () => {
  const guarded = calls({ mostCallsPerService: 1 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = guarded.make(safe, soon(), () => promise);
  const send = failing();
  await expect(guarded.make(safe, soon(), send)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(send).not.toHaveBeenCalled();
  resolve('done');
  await first;
});

it('the guards of services are their own', async () => {
  const guarded = calls({ mostCallsPerService: 1 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = guarded.make(safe, soon(), () => promise);
  const other = defineContract({ ...parts, subject: 'other.v1.echo' });
  await expect(guarded.make(other, soon(), failing())).resolves.toBe('done');
  resolve('done');
  await first;
});

it('what is counted of each service is seen before anything was counted', async () => {
  calls();
  for (const service of SERVICES) expect(await retriesOf(service)).toBe(0);
});
