import { ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { ServiceErrorFilter, toServiceError } from './service-error.filter';

const lines: unknown[] = [];

beforeAll(() => {
  const note = (line: unknown): void => void lines.push(line);
  Logger.overrideLogger({ log: note, error: note, warn: note });
});
beforeEach(() => void (lines.length = 0));
afterAll(() => {
  Logger.overrideLogger(false);
});

describe('an error of a handler', () => {
  it('that is a ServiceError stays the same', () => {
    const error = new ServiceError('CONFLICT', 'That is there already');
    expect(toServiceError(error)).toBe(error);
    expect(lines).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['an error', new TypeError('hunter2'), 'TypeError'],
    ['an error of several lines', new Error('hunter2\nhunter2'), 'Error'],
    ['an error whose text looks like a stack', new Error('a\n    at hunter2'), 'Error'],
    ['an error without a stack', Object.assign(new Error('hunter2'), { stack: undefined }), 'Error'],
    ['a text', 'hunter2', 'string'],
    ['nothing', undefined, 'undefined'],
    ['an object', { message: 'hunter2' }, 'object'],
  ])('that is %s is logged by its kind and leaves as INTERNAL, both without its text', (_what, error, kind) => {
    const { code, message } = toServiceError(error);
    expect([code, message]).toEqual(['INTERNAL', 'The service failed; its log has the cause under this request id']);
    expect(lines).toMatchObject([{ msg: 'A request failed by an unknown error', error: kind }]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('leaves the filter as a ServiceError', async () => {
    await expect(lastValueFrom(new ServiceErrorFilter().catch(new Error('hunter2')))).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
