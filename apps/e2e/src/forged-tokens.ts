import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atTheEnd } from './teardown';

/** A JSON Web Token taken apart, so that each part can be what nobody would issue. */
export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Makes the signature of the signed part. */
  readonly signer: (signed: string) => Buffer;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Puts a token together. */
export function tokenOf({ header, claims, signer }: TokenParts): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}

/** Signs with a shared secret, by SHA-256 unless said. */
export function hmac(secret: string | Buffer, digest = 'sha256') {
  return (signed: string): Buffer => createHmac(digest, secret).update(signed).digest();
}

/** Signs with a private RSA key, as RS256 does. */
export function rsa(key: KeyObject) {
  return (signed: string): Buffer => sign('sha256', Buffer.from(signed), key);
}

/** Does not sign. */
export const unsigned = (): Buffer => Buffer.alloc(0);

/** Seconds from the epoch, so many from now. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** An issuer of tokens: a pair of keys, and an address of the public one. */
export interface KeySetUnderTest {
  readonly url: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Paths that were asked for. */
  readonly asked: string[];
}

/** Serves the public half of a new pair of RSA keys as a JSON Web Key Set. */
export async function startKeySet(): Promise<KeySetUnderTest> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = 'the-only-one';
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTheEnd(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, kid, privateKey, publicKey, asked };
}
