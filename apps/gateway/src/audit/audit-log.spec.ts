import { ServiceError } from '@sigmalang/contracts';
import { currentRequest, openRequest, withRequest } from '@sigmalang/runtime';
import { type AuditStore, type NewAuditEntry, newSalt } from '@sigmalang/storage';
import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { AuditConfig } from './audit.config';
import { AuditLog } from './audit-log';
import { auditMetrics } from './audit-metrics';

const AWAY = new ServiceError('UNAVAILABLE', 'The database is away');

const entry = (code = 'OK'): NewAuditEntry => ({ at: new Date(0), action: 'PUT /', status: 200, code, actor: { salt: newSalt() } });

/** An audit in memory that can be away; what it is told is what it was asked to append, with how. */
function fakes() {
  const state = { isAway: false, kept: [] as string[], appended: [] as [number, boolean][], inRequest: false, gate: Promise.resolve(undefined) };
  const lastWork: (() => Promise<void>)[] = [];
  const store = {
    isReady: true,
    beforeClose: (work: () => Promise<void>) => { lastWork.push(work); },
    close: async () => { for (const work of lastWork) await work(); },
    append: async (entries: readonly NewAuditEntry[], { mayBeThere }: { mayBeThere: boolean }) => {
      state.inRequest ||= currentRequest() !== undefined;
      state.appended.push([entries.length, mayBeThere]);
      await state.gate;
      if (state.isAway) throw AWAY;
      state.kept.push(...entries.map(({ code }) => code));
    },
    head: () => (state.isAway ? Promise.reject(AWAY) : Promise.resolve({ seq: state.kept.length, hash: 'f' })),
    prune: jest.fn(() => Promise.resolve(3)),
  };
  const log = new AuditLog(store as unknown as AuditStore, Object.assign(new AuditConfig(), { auditRetentionDays: 30 }));
  return { state, store, log };
}

const logged: unknown[] = [];

beforeAll(() => {
  const note = (line: unknown): void => { logged.push(line); };
  Logger.overrideLogger({ log: note, warn: note, error: note });
});

beforeEach(() => {
  logged.length = 0;
  register.resetMetrics();
});

const counted = async (): Promise<object> => {
  const { values } = await auditMetrics.entries.get();
  const [pending] = (await auditMetrics.pending.get()).values;
  const byOutcome = Object.fromEntries(values.map(({ labels, value }) => [labels.outcome ?? '', value])) as object;
  return { ...byOutcome, pending: pending?.value };
};

it('resolves when the entry is written, outside of the request', async () => {
  const { state, log } = fakes();
  const gate = Promise.withResolvers<undefined>();
  state.gate = gate.promise;
  let isDone = false;
  const written = withRequest(openRequest(1_000), () => log.write(entry('A'))).then(() => { isDone = true; });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isDone).toBe(false);
  gate.resolve(undefined);
  await written;
  expect(state.kept).toEqual(['A']);
  expect(state.inRequest).toBe(false);
  expect(await counted()).toEqual({ written: 1, pending: 0 });
});

it('writes what comes at once in one go, in its order', async () => {
  const { state, log } = fakes();
  const codes = Array.from({ length: 1_200 }, (_entry, i) => `${i}`);
  await Promise.all(codes.map((code) => log.write(entry(code))));
  expect(state.kept).toEqual(codes);
  expect(state.appended).toEqual([[500, false], [500, false], [200, false]]);
});

it('keeps entries while the database is away, waits for none of them then, and writes them when it is there', async () => {
  const { state, log } = fakes();
  state.isAway = true;
  void log.write(entry('A'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await log.write(entry('B'));
  expect(await counted()).toEqual({ pending: 2 });
  await expect(log.flush()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  state.isAway = false;
  await log.flush();
  expect(state.kept).toEqual(['A', 'B']);
  expect(state.appended.slice(1).every(([, mayBeThere]) => mayBeThere)).toBe(true);
  await log.write(entry('C'));
  expect(state.appended.at(-1)).toEqual([1, false]);
  expect(logged).toEqual([{ msg: 'The audit cannot be written; it is tried again', code: 'UNAVAILABLE' }, { msg: 'The audit is written again' }]);
});

it('lets nothing be done that must be audited when no more entries can wait, and counts those that are lost', async () => {
  const { state, log } = fakes();
  state.isAway = true;
  for (let i = 0; i < 10_000; i++) {
    expect(log.refusal()).toBeUndefined();
    void log.write(entry());
  }
  expect(log.refusal()).toMatchObject({ code: 'UNAVAILABLE' });
  await log.write(entry('lost'));
  expect(await counted()).toEqual({ lost: 1, pending: 10_000 });
  state.isAway = false;
  await log.flush();
  expect(log.refusal()).toBeUndefined();
  expect(state.kept).toHaveLength(10_000);
});

it('writes the rest when the process ends, and says in the log what the head is', async () => {
  const { state, store, log } = fakes();
  void log.write(entry('A'));
  await store.close();
  expect(state.kept).toEqual(['A']);
  expect(logged).toEqual([{ msg: 'Head of the audit', head: '1:f' }]);
});

it('says what is lost when the process ends while the database is away', async () => {
  jest.useFakeTimers();
  const { state, store, log } = fakes();
  state.isAway = true;
  void log.write(entry());
  void log.write(entry());
  const ended = store.close();
  await jest.advanceTimersByTimeAsync(5_000);
  await ended;
  jest.useRealTimers();
  expect(await counted()).toEqual({ lost: 2, pending: 2 });
  expect(logged.at(-1)).toEqual({ msg: 'Entries of the audit are lost: the database was away until the end', entries: 2 });
});

it('forgets at the start and each hour what is too old, and says what the head is', async () => {
  jest.useFakeTimers();
  const { state, store, log } = fakes();
  log.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(0);
  const tended = [{ msg: 'Entries of the audit are no longer kept', entries: 3, days: 30 }, { msg: 'Head of the audit', head: '0:f' }];
  expect(logged).toEqual(tended);
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(store.prune.mock.calls).toEqual([[30], [30]]);
  expect(logged).toEqual([...tended, ...tended]);
  state.isAway = true;
  store.prune.mockRejectedValueOnce(AWAY);
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(logged.slice(4)).toEqual([{ msg: 'The upkeep of the audit is put off' }, { msg: 'The head of the audit cannot be read now' }]);
  await store.close();
  jest.useRealTimers();
});
