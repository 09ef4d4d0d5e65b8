import type { FastifyRequest } from 'fastify';
import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/;
const GROUPS = 8;
const GROUPS_OF_A_NETWORK = 4;

/** Whom an address counts as: itself, or for IPv6 its network of 64 bits, all of which one caller has, as `2001:db8:0:1::/64`. */
export function addressGroup(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(MAPPED, '$1');
  if (!isIPv6(plain)) return plain;
  const [left = '', right] = plain.split('::');
  const groups = (side: string | undefined): string[] => (side ? side.split(':') : []);
  const gap = right === undefined ? 0 : GROUPS - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array<string>(Math.max(0, gap)).fill('0'), ...groups(right)];
  const network = all.slice(0, GROUPS_OF_A_NETWORK).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** The address that a request comes from: as trusted proxies say, else as the connection does; never a word that a caller made up. */
export function addressOf({ ip, raw }: Pick<FastifyRequest, 'ip' | 'raw'>): string {
  const said = ip.replace(WITH_PORT, '$1');
  return isIPv4(said) || isIPv6(said) ? said : (raw.socket.remoteAddress ?? '');
}
