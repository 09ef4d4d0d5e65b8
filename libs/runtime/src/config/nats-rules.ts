import { isString, ValidateBy, type ValidationArguments } from 'class-validator';
import { nkeyAuthenticator } from 'nats';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { environmentName } from './config-layers';

/** Settings by which a process is let in by NATS; no two of the first three go together, and no certificate without its key. */
export interface NatsCredentials {
  /** What the server knows as its token. Secret. */
  readonly natsToken?: string;
  /** Seed of an nkey of a user. Secret. */
  readonly natsNkeySeed?: string;
  /** File of the certificates of who may certify servers, in PEM. */
  readonly natsTlsCa?: string;
  /** File of the certificate of this process, in PEM. */
  readonly natsTlsCert?: string;
  /** File of the key of that certificate, in PEM. */
  readonly natsTlsKey?: string;
}

/** The addresses in a list of them. */
export function addressesIn(natsUrl: string): string[] {
  return natsUrl.split(',').map((address) => address.trim());
}

/** Whether an address asks for TLS. */
export function isTls(address: string): boolean {
  return /^tls:\/\//i.test(address);
}

/** The user and the password of an address, where it names any; throws a URIError where they are not percent-encoded. */
export function userIn(address: string): { readonly user: string; readonly pass: string } | undefined {
  if (!hasUser(address)) return undefined;
  const { username, password } = new URL(address);
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

function hasUser(address: string): boolean {
  return URL.canParse(address) && new URL(address).username !== '';
}

type Settings = NatsCredentials & { readonly natsUrl?: unknown };

/** A rule by a function that says what is wrong with a value, in words that do not repeat it, and is undefined where nothing is. */
function rule(name: string, fault: (value: unknown, settings: Settings, field: string) => string | undefined): PropertyDecorator {
  const faultOf = (given?: ValidationArguments): string | undefined => given && fault(given.value, given.object, given.property);
  return ValidateBy({
    name,
    validator: {
      validate: (_value, given) => faultOf(given) === undefined,
      defaultMessage: (given) => `${given?.property ?? name} ${faultOf(given) ?? ''}`,
    },
  });
}

/** Addresses of NATS: with TLS all of them or none, since one certificate and one authority hold for all, and a user that can be read. */
export const IsNatsUrl = (): PropertyDecorator =>
  rule('natsUrl', (value) => {
    const addresses = isString(value) ? addressesIn(value) : [];
    if (new Set(addresses.map(isTls)).size > 1) return 'must begin with tls:// in each address or in none';
    return addresses.every(isReadable) ? undefined : 'must have its user and password percent-encoded';
  });

function isReadable(address: string): boolean {
  try {
    userIn(address);
    return true;
  } catch {
    return false;
  }
}

/** The one way in which a process says to NATS who it is: beside a token there is no seed, and beside either no user in an address. */
export const IsOnlyNatsCredential = (): PropertyDecorator =>
  rule('onlyNatsCredential', (_value, { natsUrl, natsToken, natsNkeySeed }, field) => {
    const others = [
      ...(field !== 'natsToken' && natsToken !== undefined ? ['NATS_TOKEN'] : []),
      ...(field !== 'natsNkeySeed' && natsNkeySeed !== undefined ? ['NATS_NKEY_SEED'] : []),
      ...(isString(natsUrl) && addressesIn(natsUrl).some(hasUser) ? ['a user in NATS_URL'] : []),
    ];
    return others.length > 0 ? `must not be set beside ${others.join(' and ')}` : undefined;
  });

/** The seed of an nkey of a user, as `nsc` and `nk` write it. */
export const IsUserSeed = (): PropertyDecorator =>
  rule('userSeed', (value) => (isString(value) && isUserSeed(value) ? undefined : 'must be the seed of an nkey of a user, which begins with SU'));

function isUserSeed(seed: string): boolean {
  try {
    return seed.startsWith('SU') && Boolean(nkeyAuthenticator(Buffer.from(seed))(''));
  } catch {
    return false;
  }
}

/** The path of certificates in PEM; `needs` is the setting of their key, where they need one. */
export const IsCertificateFile = (needs?: 'natsTlsKey'): PropertyDecorator =>
  rule('certificateFile', (value, settings) => {
    if (needs && settings[needs] === undefined) return `needs ${environmentName(needs)} beside it`;
    const ca = contentOf(value);
    if (!ca) return 'must be the path of a file that can be read';
    return isCertificate(ca) ? undefined : 'must be the path of a file with certificates in PEM';
  });

/** The path of a key in PEM, that of a certificate. */
export const IsKeyFile = (): PropertyDecorator =>
  rule('keyFile', (value, { natsTlsCert }) => {
    if (natsTlsCert === undefined) return `needs ${environmentName('natsTlsCert')} beside it`;
    const key = contentOf(value);
    if (!key) return 'must be the path of a file that can be read';
    if (!isTaken({ key })) return 'must be the path of a file with a key in PEM, without a password';
    const cert = contentOf(natsTlsCert);
    return cert && isCertificate(cert) && !isTaken({ cert, key }) ? 'must be the key of the certificate in NATS_TLS_CERT' : undefined;
  });

function isCertificate(content: Buffer): boolean {
  return content.includes('-----BEGIN CERTIFICATE-----') && isTaken({ cert: content });
}

function contentOf(path: unknown): Buffer | undefined {
  try {
    return readFileSync(String(path));
  } catch {
    return undefined;
  }
}

function isTaken(files: { readonly cert?: Buffer; readonly key?: Buffer }): boolean {
  try {
    return Boolean(createSecureContext(files));
  } catch {
    return false;
  }
}
