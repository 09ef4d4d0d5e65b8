import { CoalescedRuns } from './coalesced-runs';

/** Work whose runs end when they are told to. */
function controlledWork() {
  const runs: PromiseWithResolvers<undefined>[] = [];
  const work = jest.fn(() => {
    const run = Promise.withResolvers<undefined>();
    runs.push(run);
    return run.promise;
  });
  return { runs, work };
}

const settled = async () => new Promise((resolve) => setImmediate(resolve));

it('runs at once where nothing runs', async () => {
  const { runs, work } = controlledWork();
  const run = new CoalescedRuns(work).run();
  await settled();
  expect(work).toHaveBeenCalledTimes(1);
  runs[0]?.resolve(undefined);
  await run;
});

it('shares one further run among all who ask while one runs, and begins it when that has ended', async () => {
  const { runs, work } = controlledWork();
  const coalesced = new CoalescedRuns(work);
  const first = coalesced.run();
  await settled();
  let ended = 0;
  const further = [coalesced.run(), coalesced.run(), coalesced.run()].map((run) => run.then(() => ended++));
  await settled();
  expect(work).toHaveBeenCalledTimes(1);
  runs[0]?.resolve(undefined);
  await first;
  await settled();
  expect(work).toHaveBeenCalledTimes(2);
  expect(ended).toBe(0);
  runs[1]?.resolve(undefined);
  await Promise.all(further);
  expect(work).toHaveBeenCalledTimes(2);
});

it('goes on after a run that failed, whose failure only those hear who shared it', async () => {
  const { runs, work } = controlledWork();
  const coalesced = new CoalescedRuns(work);
  const first = coalesced.run();
  await settled();
  const second = coalesced.run();
  runs[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await settled();
  runs[1]?.resolve(undefined);
  await expect(second).resolves.toBeUndefined();
});
