import { defineContract, serviceOf, type Subject } from './contract';
import { isPing, PingRequest, pingOf, PingResponse } from './ping.contract';

describe('defineContract', () => {
  it.each(['encoder.v1.encode', 'a.v12.b', 'word-vectors.v2.look-up', 'x9.v10.y0'])('takes the subject %s', (subject) => {
    const contract = defineContract({ subject: subject as Subject, request: PingRequest, response: PingResponse });
    expect(contract).toEqual({ subject, request: PingRequest, response: PingResponse, isIdempotent: false });
  });

  it.each([
    ['no version', 'encoder.encode'],
    ['a version without a number', 'encoder.v.encode'],
    ['version 0', 'encoder.v0.encode'],
    ['a leading zero', 'encoder.v01.encode'],
    ['no verb', 'encoder.v1.'],
    ['no service', '.v1.encode'],
    ['a fourth part', 'encoder.v1.encode.now'],
    ['capital letters', 'Encoder.v1.encode'],
    ['a digit in front', '1encoder.v1.encode'],
    ['a wildcard', 'encoder.v1.*'],
    ['a white space', 'encoder.v1.en code'],
    ['a line break at the end', 'encoder.v1.encode\n'],
    ['nothing', ''],
  ])('refuses a subject with %s', (_what, subject) => {
    const define = () => defineContract({ subject: subject as Subject, request: PingRequest, response: PingResponse });
    expect(define).toThrow(new TypeError(`A subject is <service>.v<major>.<verb> in lower case, not "${subject}"`));
  });

  it('gives a contract that cannot be changed, and leaves what it was given as it was', () => {
    const given = { subject: 'encoder.v1.encode', request: PingRequest, response: PingResponse } as const;
    expect(Object.isFrozen(defineContract(given))).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
  });
});

it.each([
  ['encoder.v1.encode', 'encoder'],
  ['word-vectors.v2.look-up', 'word-vectors'],
])('the service of %s is %s', (subject, service) => {
  expect(serviceOf(subject)).toBe(service);
});

it('a service is pinged under its own name', () => {
  expect(pingOf('nlp').subject).toBe('nlp.v1.ping');
  expect(isPing(pingOf('nlp'))).toBe(true);
  expect(isPing(defineContract({ subject: 'nlp.v1.ping', request: PingRequest, response: PingRequest }))).toBe(false);
  expect(() => pingOf('NLP')).toThrow(TypeError);
});
