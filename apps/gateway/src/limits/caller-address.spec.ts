import type { FastifyRequest } from 'fastify';
import { addressGroup, addressOf } from './caller-address';

describe('an address counts as', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::2:3:4:5:6', '2001:db8:0:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ])('%s: %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});

describe('the address of a request', () => {
  const requestFrom = (ip: string): Pick<FastifyRequest, 'ip' | 'raw'> => ({ ip, raw: { socket: { remoteAddress: '192.0.2.1' } } as FastifyRequest['raw'] });

  it.each([
    ['198.51.100.9', '198.51.100.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['198.51.100.9:55555', '198.51.100.9'],
    ['unknown', '192.0.2.1'],
    ['', '192.0.2.1'],
    ['x'.repeat(10_000), '192.0.2.1'],
  ])('that proxies call %.20s is %s', (said, address) => {
    expect(addressOf(requestFrom(said))).toBe(address);
  });
});
