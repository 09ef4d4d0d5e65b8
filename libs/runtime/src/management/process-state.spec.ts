import { ProcessState } from './process-state';

it.each<[string, ('started' | 'stopping')[], string, boolean]>([
  ['has nothing told yet', [], 'starting', false],
  ['has started', ['started'], 'ready', true],
  ['is told to stop', ['started', 'stopping'], 'stopping', false],
  ['is told to stop before it has started', ['stopping'], 'stopping', false],
  ['has started after it was told to stop', ['stopping', 'started'], 'stopping', false],
  ['has started twice', ['started', 'started'], 'ready', true],
  ['is told to stop twice', ['started', 'stopping', 'stopping'], 'stopping', false],
])('a process that %s', (_what, events, name, ready) => {
  const state = new ProcessState();
  for (const event of events) state[event]();
  expect([state.name, state.ready]).toEqual([name, ready]);
});

it.each<[string, ('started' | 'stopping')[], boolean]>([
  ['started', ['started'], true],
  ['started, though it is told to stop after', ['started', 'stopping'], true],
  ['not started, when it is told to stop before', ['stopping', 'started'], false],
])('who waits for the beginning of a process hears that it has %s', async (_what, events, hasStarted) => {
  const state = new ProcessState();
  const begun = state.begun();
  for (const event of events) state[event]();
  await expect(begun).resolves.toBe(hasStarted);
});
