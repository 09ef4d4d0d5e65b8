import { register } from 'prom-client';
import { HealthChecks, type HealthCheck } from './health-checks';

let checks: HealthChecks;

beforeEach(() => {
  register.clear();
  checks = new HealthChecks();
  jest.useFakeTimers();
});

afterEach(() => jest.useRealTimers());

const hanging: HealthCheck = () => new Promise(() => undefined);

/** The outcome of a check, as far as there is one by now. */
function outcomeOf(check: HealthCheck): { readonly now: unknown } {
  const outcome = { now: 'none yet' as unknown };
  checks.add('dependency', check);
  const [[, run] = ['', hanging]] = checks.list(false);
  Promise.resolve(run()).then(
    (details) => { outcome.now = details; },
    (error: unknown) => { outcome.now = error; },
  );
  return outcome;
}

describe('a check', () => {
  it('that hangs is down after a second, and not before', async () => {
    const outcome = outcomeOf(hanging);
    await jest.advanceTimersByTimeAsync(999);
    expect(outcome.now).toBe('none yet');
    await jest.advanceTimersByTimeAsync(1);
    expect(outcome.now).toEqual(new Error('no answer in time'));
  });

  it('that answers in 999 ms is up', async () => {
    const outcome = outcomeOf(() => new Promise((resolve) => setTimeout(() => { resolve({ rows: 3 }); }, 999)));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(outcome.now).toEqual({ rows: 3 });
  });

  it.each<[what: string, check: HealthCheck]>([
    ['answers', () => Promise.resolve({})],
    ['answers at once', () => ({})],
    ['fails', () => Promise.reject(new Error('down'))],
    ['fails at once', () => { throw new Error('down'); }],
  ])('that %s leaves no timer behind', async (_what, check) => {
    const outcome = outcomeOf(check);
    await jest.advanceTimersByTimeAsync(0);
    expect(outcome.now).not.toBe('none yet');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that hangs keeps the state of the others from nobody', async () => {
    checks.add('database', hanging);
    checks.add('cache', () => ({}));
    const metric = register.getSingleMetricAsString('sigmalang_health_check_status');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await metric).toMatch(/\{check="database"\} 0\n.*\{check="cache"\} 1/);
  });
});
