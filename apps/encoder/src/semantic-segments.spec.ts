import { EMBEDDING_VALUES } from '@sigmalang/contracts';
import { activeKernels } from '@sigmalang/vector';
import { setImmediate as nextRound } from 'node:timers/promises';
import { SemanticSegments } from './semantic-segments';

const segments = new SemanticSegments();

it('the projection of the embeddings of nlp is there before any is asked for', async () => {
  const allocate = jest.spyOn(activeKernels, 'allocate');
  const [segment] = await segments.project([new Float32Array(EMBEDDING_VALUES).fill(1)], 1_024);
  expect(segment?.dimensions).toBe(1_024);
  expect(allocate).not.toHaveBeenCalled();
  allocate.mockRestore();
});

it('many embeddings are projected in their order, others having turns in between', async () => {
  const embeddings = Array.from({ length: 2_000 }, (_embedding, i) => new Float32Array(EMBEDDING_VALUES).map((_value, j) => Math.sin(i + j)));
  const done = new AbortController();
  let rounds = 0;
  const projecting = segments.project([...embeddings, new Float32Array(EMBEDDING_VALUES)], 2_048).finally(() => { done.abort(); });
  for (; !done.signal.aborted; rounds++) await nextRound();
  const projected = await projecting;
  expect(rounds).toBeGreaterThan(5);
  expect(projected).toHaveLength(2_001);
  expect(projected.at(-1)).toBeUndefined();
  for (const i of [0, 1_234, 1_999]) expect([projected[i]]).toEqual(await segments.project(embeddings.slice(i, i + 1), 2_048));
});
