import { setTimeout as sleep } from 'node:timers/promises';
import { currentRequest, openRequest, traceIdOf, withRequest } from './request-context';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

describe('the id of a request', () => {
  it.each(['a', 'order-17', 'A.b:c/d+e=f_g', 'x'.repeat(128)])('is the one of the caller: %s', (requestId) => {
    expect(openRequest(1, requestId).requestId).toBe(requestId);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['of two lines', 'a\n{"level":"fatal"}'],
    ['ended by a line break', 'a\n'],
    ['of terminal controls', '\u001b[2Ja'],
    ['in need of quotes', '"a"'],
    ['of two words', 'a b'],
    ['in other letters', 'é'],
    ['a zero character', 'a\0'],
    ['a tag', '<script>'],
  ])('is a new one where that of the caller is %s', (_what, requestId) => {
    const ids = [openRequest(1, requestId).requestId, openRequest(1, requestId).requestId];
    expect(ids).toEqual([expect.stringMatching(/^[\w-]{16}$/), expect.stringMatching(/^[\w-]{16}$/)]);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('the trace context of a request', () => {
  it('is that of the caller', () => {
    expect(openRequest(1, 'a', TRACEPARENT).traceparent).toBe(TRACEPARENT);
    expect(traceIdOf(TRACEPARENT)).toBe(TRACE);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['of another version', `01-${TRACE}-b7ad6b7169203331-01`],
    ['of the invalid version', `ff-${TRACE}-b7ad6b7169203331-01`],
    ['without a trace', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['without a span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['in capital letters', TRACEPARENT.toUpperCase()],
    ['cut short', TRACEPARENT.slice(0, -1)],
    ['followed by more', `${TRACEPARENT}-00`],
    ['followed by a line', `${TRACEPARENT}\nx`],
    ['no hexadecimal number', `00-${'g'.repeat(32)}-b7ad6b7169203331-01`],
  ])('is a new one where that of the caller is %s', (_what, traceparent) => {
    const traces = [openRequest(1, 'a', traceparent).traceparent, openRequest(1, 'a', traceparent).traceparent];
    for (const trace of traces) expect(trace).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
    expect(traces[0]).not.toBe(traces[1]);
  });
});

describe('the request being worked on', () => {
  it('is none outside of any', () => {
    expect(currentRequest()).toBeUndefined();
  });

  it('is of nobody unless somebody is named', () => {
    const ann = { subject: 'ann', role: 'developer', owner: 'ann' } as const;
    expect(openRequest(1).identity).toBeUndefined();
    expect(openRequest(1, 'a', undefined, undefined, ann).identity).toEqual(ann);
  });

  it('is known in all that it starts, and not mixed up with another', async () => {
    const seen = async () => {
      await sleep(1);
      return currentRequest()?.requestId;
    };
    const ids = await Promise.all(['a', 'b', 'c'].map((id) => withRequest(openRequest(1, id), seen)));
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(currentRequest()).toBeUndefined();
  });

  it('is over when the caller stops waiting', () => {
    const before = performance.now();
    const { deadline } = openRequest(5_000, 'a');
    expect(deadline).toBeGreaterThanOrEqual(before + 5_000);
    expect(deadline).toBeLessThanOrEqual(performance.now() + 5_000);
  });
});
