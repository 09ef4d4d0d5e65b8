import { validateSync } from 'class-validator';
import { LimitsConfig, partsOf } from './limits.config';

const faultsOf = (settings: object): string[] =>
  validateSync(Object.assign(new LimitsConfig(), settings)).flatMap(({ constraints = {} }) => Object.values(constraints));

describe('the limits of a gateway', () => {
  it.each([
    [{}],
    [{ trustedProxies: '10.0.0.0/8, 192.0.2.1,2001:db8::/32,::1' }],
    [{ corsOrigins: 'https://app.example.com,http://localhost:3000' }],
    [{ corsOrigins: '*' }],
    [{ shedLatencyMs: 0, hstsMaxAgeS: 31_536_000 }],
  ])('can be %j', (settings) => {
    expect(faultsOf(settings)).toEqual([]);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/0', '10.0.0/8', 'proxy.example.com', 'true', '::1/129', '10.0.0.1/8/8', '10.0.0.1 10.0.0.2'])('trust no proxy %j', (trustedProxies) => {
    expect(faultsOf({ trustedProxies })).toEqual(['trustedProxies must be a list, separated by commas, of addresses or ranges such as 10.0.0.0/8']);
  });

  it.each(['app.example.com', 'https://app.example.com/', 'https://app.example.com/path', 'null', 'https://*.example.com/', 'file:///x'])('let no page of %j call', (corsOrigins) => {
    expect(faultsOf({ corsOrigins })).toEqual(['corsOrigins must be a list, separated by commas, of origins such as https://app.example.com, or *']);
  });

  it.each([{ keyRatePerMinute: 0 }, { keyBurst: 0 }, { addressRatePerMinute: 1.5 }, { addressBurst: -1 }, { maxConnections: 0 }, { headersTimeoutMs: 1 }, { shedLatencyMs: -1 }, { hstsMaxAgeS: -1 }])('cannot be %j', (settings) => {
    expect(faultsOf(settings)).toHaveLength(1);
  });
});

it('a list has the parts between its commas', () => {
  expect([partsOf(''), partsOf(' , '), partsOf('a, b,,c ')]).toEqual([[], [], ['a', 'b', 'c']]);
});
