import { openRequest, traceWith, withRequest } from '@sigmalang/runtime';
import type { PoolClient } from 'pg';
import { beginOperationSpan } from './query-spans';

const KEPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const spans: { name: string; attributes: object; parent: string | undefined; outcome?: string }[] = [];

beforeEach(() => {
  spans.length = 0;
  traceWith({
    begin: ({ name, attributes, parent }) => {
      const span: (typeof spans)[number] = { name, attributes, parent };
      spans.push(span);
      return { traceparent: KEPT.replace('b7ad6b7169203331', `000000000000000${spans.length}`), end: (outcome) => { span.outcome = outcome; } };
    },
  });
});
afterEach(() => { traceWith(undefined); });

/** A connection whose statements fail that say so. */
const client = {
  query: (statement: unknown) => (JSON.stringify([statement]).includes('fail') ? Promise.reject(Object.assign(new Error('secret'), { code: '23505' })) : Promise.resolve({ rows: [] })),
} as unknown as PoolClient;

function begin(): PoolClient {
  const span = withRequest(openRequest(1_000, undefined, KEPT), () => beginOperationSpan('documents.put', false));
  if (!span) throw new Error('no span was begun');
  return span.tracing(client);
}

it.each<[unknown, string]>([
  ['begin', 'BEGIN'],
  ['select * from t where name = \'secret\'', 'SELECT'],
  [{ text: '\n  with a as (select 1) select * from a', values: ['secret'] }, 'WITH'],
  ['secret word', 'OTHER'],
  [undefined, 'OTHER'],
])('a statement leaves a span below its operation, with the command and nothing else: %j', async (statement, command) => {
  await begin().query(statement as string);
  expect(spans).toEqual([
    { name: 'documents.put', parent: KEPT, attributes: { 'sigmalang.database.operation': 'documents.put', 'sigmalang.database.embedded': false } },
    {
      name: command,
      parent: KEPT.replace('b7ad6b7169203331', '0000000000000001'),
      attributes: { 'db.system.name': 'postgresql', 'db.operation.name': command, 'sigmalang.database.operation': 'documents.put', 'sigmalang.database.embedded': false },
      outcome: 'OK',
    },
  ]);
  expect(JSON.stringify(spans)).not.toContain('secret');
});

it('a statement that fails ends with the code of its error, and rejects as before', async () => {
  await expect(begin().query('insert fail')).rejects.toThrow('secret');
  expect(spans[1]).toMatchObject({ name: 'INSERT', outcome: '23505' });
});

it('what is done for no request, or one whose trace is not kept, leaves no span', () => {
  expect(beginOperationSpan('documents.put', false)).toBeUndefined();
  expect(withRequest(openRequest(1_000), () => beginOperationSpan('documents.put', false))).toBeUndefined();
});
