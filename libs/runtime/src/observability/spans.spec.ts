import { ServiceError } from '@sigmalang/contracts';
import { openRequest, withRequest } from '../messages/request-context';
import { beginMessageSpan } from './message-spans';
import { beginSpan, beginSpanOfRequest, endWith, exemplarOf, type Span, type SpanStart, traceWith } from './spans';

const KEPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const LEFT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

const begun: SpanStart[] = [];
const ended: string[] = [];
const tracer = {
  begin: (start: SpanStart): Span => {
    begun.push(start);
    return { traceparent: KEPT, end: (outcome) => { ended.push(outcome); } };
  },
};

beforeEach(() => {
  begun.length = ended.length = 0;
  traceWith(tracer);
});
afterEach(() => { traceWith(undefined); });

const start = { kind: 'internal', name: 'work', attributes: {} } as const;
const within = <Result>(traceparent: string, run: () => Result): Result => withRequest(openRequest(1_000, undefined, traceparent), run);

describe('without a tracer', () => {
  it('there are no spans and no exemplars, and work is done all the same', async () => {
    traceWith(undefined);
    expect([beginSpan(start), within(KEPT, () => beginSpanOfRequest(start)), beginMessageSpan('process', 'a.v1.b'), exemplarOf(KEPT)]).toEqual([undefined, undefined, undefined, undefined]);
    await expect(endWith(undefined, Promise.resolve(1))).resolves.toBe(1);
  });
});

describe('a span of a request', () => {
  it.each([
    ['whose trace is kept is begun below its span', KEPT, [{ ...start, parent: KEPT }]],
    ['whose trace is not kept is not begun', LEFT, []],
  ])('%s', (_what, traceparent, expected) => {
    within(traceparent, () => beginSpanOfRequest(start));
    expect(begun).toEqual(expected);
  });

  it('is not begun where there is no request', () => {
    expect(beginSpanOfRequest(start)).toBeUndefined();
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['resolves', () => Promise.resolve(), 'OK'],
    ['rejects as a service does', () => Promise.reject(new ServiceError('NOT_FOUND', 'secret')), 'NOT_FOUND'],
    ['rejects otherwise', () => Promise.reject(new RangeError('secret')), 'RangeError'],
    ['rejects with no error', () => Promise.resolve().then(() => { AbortSignal.abort('secret').throwIfAborted(); }), 'unknown'],
  ])('of work that %s ends so', async (_what, work, outcome) => {
    await endWith(beginSpan(start), work()).catch(() => undefined);
    expect(ended).toEqual([outcome]);
  });
});

describe('the span of a message', () => {
  it('that is asked for no request begins a trace', () => {
    beginMessageSpan('request', 'nlp.v1.embed', 'nats');
    expect(begun).toMatchObject([{ kind: 'client', name: 'nlp.v1.embed', attributes: { 'messaging.system': 'nats', 'rpc.service': 'nlp', 'rpc.method': 'v1.embed' } }]);
    expect(begun[0]?.parent).toBeUndefined();
  });

  it('that is asked for a request is one of its spans, or none', () => {
    within(KEPT, () => beginMessageSpan('request', 'nlp.v1.embed'));
    within(LEFT, () => beginMessageSpan('request', 'nlp.v1.embed'));
    expect(begun.map(({ parent }) => parent)).toEqual([KEPT]);
  });

  it('that is worked on is below whoever its headers name', () => {
    within(KEPT, () => beginMessageSpan('process', 'nlp.v1.embed', 'nats', LEFT));
    expect(begun).toMatchObject([{ kind: 'server', parent: LEFT, attributes: { 'messaging.consumer.group.name': 'nlp' } }]);
  });
});

it('an exemplar names the trace and the span of what is kept', () => {
  const labels = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
  expect([exemplarOf(KEPT), exemplarOf(LEFT), exemplarOf(), within(KEPT, () => exemplarOf())]).toEqual([labels, undefined, undefined, labels]);
});
