import { get as getPlainly } from 'node:http';
import { get as getSecurely } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { SecureContextOptions } from 'node:tls';

/** How long a server may take to tell of itself, in milliseconds. */
const ASKED_MS = 500;

/** What a server tells of itself is a few KB; what sends more than this is none, in bytes. */
const MOST_BYTES = 262_144;

const FIELDS = ['connections', 'slow_consumers', 'in_msgs', 'out_msgs', 'in_bytes', 'out_bytes', 'mem', 'max_payload'] as const;

/** What a NATS server tells of itself, by the names in its `/varz`. */
export type NatsServerStatus = Readonly<Record<(typeof FIELDS)[number], number>>;

/**
 * Asks the monitoring port of a NATS server; rejects where it does not tell all of that within half a second.
 *
 * @param tls whom to trust and who to be where its address is `https`
 */
export async function askNatsServer(url: string, tls: SecureContextOptions = {}): Promise<NatsServerStatus> {
  const status = JSON.parse(await bodyOf(new URL(`${url.replace(/\/$/, '')}/varz`), tls)) as Partial<NatsServerStatus> | null;
  const values = FIELDS.map((field) => [field, status?.[field]] as const);
  if (!values.every(([, value = -1]) => Number.isFinite(value) && value >= 0)) throw new TypeError('this is no status of a NATS server');
  return Object.fromEntries(values) as NatsServerStatus;
}

async function bodyOf(url: URL, tls: SecureContextOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const get = url.protocol === 'https:' ? getSecurely : getPlainly;
  // a connection of its own: one that was kept may have died with the server that is there again
  get(url, { ...tls, agent: false, signal: AbortSignal.timeout(ASKED_MS) }, resolve).on('error', reject);
  const response = await promise;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new RangeError('this is too much for a status of a NATS server');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
