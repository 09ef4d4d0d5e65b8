import fc from 'fast-check';
import { say } from './messages/message';
import { ERROR_CODES, ServiceError, type ErrorCode } from './service-error';

const faults = [{ field: 'texts[3]', rule: 'text', message: 'each of texts must be a string' }];

describe('a service error', () => {
  it.each(ERROR_CODES)('of code %s arrives as it was sent, marked as received', (code) => {
    const sent = new ServiceError(code, 'What went wrong', faults);
    const arrived = ServiceError.fromWire(JSON.parse(JSON.stringify(sent.toWire())));
    expect(arrived).toBeInstanceOf(ServiceError);
    expect(arrived.toWire()).toEqual({ code, message: 'What went wrong', errors: faults });
    expect([arrived.received, sent.received]).toEqual([true, false]);
  });

  it('arises where it is made, and so is not received', () => {
    expect(new ServiceError('NOT_FOUND', 'Nothing there')).toMatchObject({ name: 'ServiceError', errors: [], received: false });
  });

  it('travels with nothing but code, message and the faults there are', () => {
    expect(new ServiceError('TIMEOUT', 'Too slow').toWire()).toEqual({ code: 'TIMEOUT', message: 'Too slow' });
    expect(new ServiceError('INVALID_REQUEST', 'No', faults, true).toWire()).toEqual({
      code: 'INVALID_REQUEST',
      message: 'No',
      errors: faults,
    });
  });

  it('travels in English, with what its other languages are made of beside each sentence', () => {
    const message = say`${'texts[3]'} must be a string`;
    const sent = new ServiceError('INVALID_REQUEST', message, [{ field: 'texts[3]', rule: 'text', message }]);
    const said = { message: 'texts[3] must be a string', phrase: { template: '{0} must be a string', values: ['texts[3]'] } };
    expect(sent.toWire()).toEqual({ code: 'INVALID_REQUEST', ...said, errors: [{ field: 'texts[3]', rule: 'text', ...said }] });
    const arrived = ServiceError.fromWire(JSON.parse(JSON.stringify(sent.toWire())));
    expect(arrived.said).toEqual({ message, errors: [{ field: 'texts[3]', rule: 'text', message }] });
    expect(arrived).toMatchObject({ message: 'texts[3] must be a string' });
    expect(arrived.errors).toEqual([{ field: 'texts[3]', rule: 'text', message: 'texts[3] must be a string' }]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'TIMEOUT'],
    ['a list', ['TIMEOUT', 'Too slow']],
    ['no code', { message: 'Too slow' }],
    ['no message', { code: 'TIMEOUT' }],
    ['a code of no service', { code: 'TEAPOT', message: 'Short and stout' }],
    ['a code in lower case', { code: 'timeout', message: 'Too slow' }],
    ['a name that every object inherits', { code: 'constructor', message: 'Too slow' }],
    ['a message that is no text', { code: 'TIMEOUT', message: { secret: 1 } }],
    ['an exception of a stock Nest service', { status: 'error', message: 'Internal server error' }],
  ])('that cannot be read is INTERNAL and says nothing of what came: %s', (_what, wire) => {
    const error = ServiceError.fromWire(wire);
    expect(error).toMatchObject({ code: 'INTERNAL', errors: [], received: true });
    expect(error.message).toBe('The service sent an error that cannot be read');
  });

  it.each([
    ['null', null],
    ['a text', 'field'],
    ['an object', { 0: faults[0], length: 1 }],
  ])('keeps its code where its faults are %s', (_what, errors) => {
    expect(ServiceError.fromWire({ code: 'CONFLICT', message: 'No', errors })).toMatchObject({ code: 'CONFLICT', errors: [] });
  });

  it('has faults of the promised shape or none, whatever a reply holds', () => {
    const { errors } = ServiceError.fromWire({ code: 'CONFLICT', message: 'No', errors: [null, 7, { field: 5 }, ...faults] });
    expect([[], faults]).toContainEqual(errors);
  });

  it('comes out of any JSON, with one of the codes', () => {
    const codes = new Set<ErrorCode>(ERROR_CODES);
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ code: fc.constantFrom(...ERROR_CODES, 'X'), message: fc.jsonValue() })), (wire) => {
        const error = ServiceError.fromWire(wire);
        expect(codes.has(error.code) && typeof error.message === 'string' && Array.isArray(error.errors)).toBe(true);
      }),
      { seed: 20_241, numRuns: 500 },
    );
  });
});
