import { Logger as NestLogger } from '@nestjs/common';
import { openRequest, withRequest } from '../messages/request-context';
import { createLog, ProcessLogger } from './logging';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

const written: string[] = [];

beforeEach(() => {
  written.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(text.toString());
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

function lines(): Record<string, unknown>[] {
  return written.join('').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a line of the log', () => {
  it('is one of JSON with level, time, name of the process and what is told', () => {
    createLog('encoder', 'info').info({ port: 80 }, 'listening');
    expect(lines()).toMatchObject([{ level: 'info', name: 'encoder', port: 80, msg: 'listening' }]);
    expect(lines()[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(written.join('')).toMatch(/^[^\n]+\n$/);
  });

  it('carries the ids of the request being worked on, and of no other', async () => {
    const log = createLog('encoder', 'info');
    log.info('before');
    await withRequest(openRequest(1_000, 'order-17', TRACEPARENT), async () => {
      log.info('begun');
      await Promise.resolve();
      log.warn('ended');
    });
    log.info('after');
    expect(lines().map(({ msg, requestId, traceId, spanId }) => [msg, requestId, traceId, spanId])).toEqual([
      ['before', undefined, undefined, undefined],
      ['begun', 'order-17', TRACE, 'b7ad6b7169203331'],
      ['ended', 'order-17', TRACE, 'b7ad6b7169203331'],
      ['after', undefined, undefined, undefined],
    ]);
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['error', ['error']],
  ])('is written from level %s on', (level, levels) => {
    const log = createLog('encoder', level);
    log.debug('a');
    log.info('a');
    log.warn('a');
    log.error('a');
    expect(lines().map((line) => line.level)).toEqual(levels);
  });
});

describe('what Nest tells', () => {
  it.each(['InstanceLoader', 'NestApplication', 'NestFactory', 'NestMicroservice', 'RouterExplorer', 'RoutesResolver'])(
    'of its start, by %s, goes to debug',
    (context) => {
      new ProcessLogger(createLog('encoder', 'debug')).log('It is started', context);
      expect(lines()).toMatchObject([{ level: 'debug', context, msg: 'It is started' }]);
    },
  );

  it.each<['log' | 'warn' | 'error' | 'debug', string]>([
    ['log', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
    ['debug', 'debug'],
  ])('of all else, by %s, keeps its level %s', (method, level) => {
    new ProcessLogger(createLog('encoder', 'debug'))[method]('Lost', 'NATS');
    expect(lines()).toMatchObject([{ level, context: 'NATS', msg: 'Lost' }]);
  });

  it('of a failure, even by a part of the start, keeps its level', () => {
    new ProcessLogger(createLog('encoder', 'info')).error('It failed', 'InstanceLoader');
    expect(lines()).toMatchObject([{ level: 'error', msg: 'It failed' }]);
  });

  it('with fields keeps the fields, and the ids of the request', () => {
    NestLogger.overrideLogger(new ProcessLogger(createLog('encoder', 'info')));
    withRequest(openRequest(1_000, 'order-17', TRACEPARENT), () => {
      new NestLogger('Handler').error({ msg: 'A request failed', error: 'RangeError', stack: ['    at a'] });
    });
    NestLogger.overrideLogger(false);
    expect(lines()).toMatchObject([
      { level: 'error', context: 'Handler', msg: 'A request failed', error: 'RangeError', stack: ['    at a'], requestId: 'order-17', traceId: TRACE },
    ]);
  });
});
