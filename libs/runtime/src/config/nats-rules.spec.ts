import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BaseConfig } from './base.config';
import { ConfigError, ReadConfig } from './read-config';

const SEED = 'SUABE5UHDKLTX326K7JLEHPHV2JFJIRYS6RVHFWZF5F5G4XGLPTZ6J5NZU'; // of these tests alone
const folder = mkdtempSync(join(tmpdir(), 'sigmalang-nats-rules-'));
const path = (name: string): string => join(folder, name);

/** A certificate of its own, `<name>.pem`, and its key, `<name>.key`. */
function certify(name: string): void {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  execFileSync('openssl', [...args, '-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)], { stdio: 'ignore' });
}

beforeAll(() => {
  certify('one');
  certify('two');
  writeFileSync(path('secret-text'), 'hunter2');
});

afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    ReadConfig.from([BaseConfig], { env, argv: [] });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('what lets a process into NATS', () => {
  it.each<[what: string, env: Record<string, string>]>([
    ['nothing', {}],
    ['a user in an address', { NATS_URL: 'nats://a:4222, nats://u:p%40@b:4222' }],
    ['addresses without a scheme', { NATS_URL: 'a:4222,b' }],
    ['a token', { NATS_TOKEN: 'hunter2' }],
    ['a seed', { NATS_NKEY_SEED: SEED }],
    ['TLS by the address alone', { NATS_URL: 'tls://a:4222, TLS://b' }],
    ['an authority', { NATS_TLS_CA: path('one.pem') }],
    ['a certificate with its key, and a token', { NATS_TLS_CERT: path('one.pem'), NATS_TLS_KEY: path('one.key'), NATS_TOKEN: 'hunter2' }],
  ])('may be %s', (_what, env) => {
    expect(faultsOf(env)).toEqual([]);
  });

  it('may stand in files of their own', () => {
    expect(faultsOf({ NATS_TOKEN_FILE: path('secret-text') })).toEqual([]);
    expect(ReadConfig.from([BaseConfig], { env: { NATS_TOKEN_FILE: path('secret-text') }, argv: [] }).get(BaseConfig).natsToken).toBe('hunter2');
  });

  it.each<[what: string, env: Record<string, string>, faults: string[]]>([
    ['a token and a seed', { NATS_TOKEN: 'hunter2', NATS_NKEY_SEED: SEED }, ['NATS_TOKEN: natsToken must not be set beside NATS_NKEY_SEED', 'NATS_NKEY_SEED: natsNkeySeed must not be set beside NATS_TOKEN']],
    ['a token and a user', { NATS_TOKEN: 'hunter2', NATS_URL: 'nats://b, nats://hunter2@a' }, ['NATS_TOKEN: natsToken must not be set beside a user in NATS_URL']],
    ['a seed and a user', { NATS_NKEY_SEED: SEED, NATS_URL: 'nats://hunter2:p@a' }, ['NATS_NKEY_SEED: natsNkeySeed must not be set beside a user in NATS_URL']],
    ['addresses with TLS and without', { NATS_URL: 'nats://a, tls://b' }, ['NATS_URL: natsUrl must begin with tls:// in each address or in none']],
    ['a password that is not percent-encoded', { NATS_URL: 'nats://u:hunter2%@a' }, ['NATS_URL: natsUrl must have its user and password percent-encoded']],
    ['half of a seed', { NATS_NKEY_SEED: SEED.slice(0, 30) }, ['NATS_NKEY_SEED: natsNkeySeed must be the seed of an nkey of a user, which begins with SU']],
    ['a seed with another letter', { NATS_NKEY_SEED: SEED.replace('5', '6') }, ['NATS_NKEY_SEED: natsNkeySeed must be the seed of an nkey of a user, which begins with SU']],
    ['a public key', { NATS_NKEY_SEED: 'UC7ERZIZCMP73RSJQ7TVBB4ANDHXF5JPOFGKW6F2PRYFPDWH6P4C2YBF' }, ['NATS_NKEY_SEED: natsNkeySeed must be the seed of an nkey of a user, which begins with SU']],
    ['an authority that is not there', { NATS_TLS_CA: path('none.pem') }, ['NATS_TLS_CA: natsTlsCa must be the path of a file that can be read']],
    ['an authority that is a text', { NATS_TLS_CA: path('secret-text') }, ['NATS_TLS_CA: natsTlsCa must be the path of a file with certificates in PEM']],
    ['an authority that is a key', { NATS_TLS_CA: path('one.key') }, ['NATS_TLS_CA: natsTlsCa must be the path of a file with certificates in PEM']],
    ['a certificate without a key', { NATS_TLS_CERT: path('one.pem') }, ['NATS_TLS_CERT: natsTlsCert needs NATS_TLS_KEY beside it']],
    ['a key without a certificate', { NATS_TLS_KEY: path('one.key') }, ['NATS_TLS_KEY: natsTlsKey needs NATS_TLS_CERT beside it']],
    ['the key of another certificate', { NATS_TLS_CERT: path('one.pem'), NATS_TLS_KEY: path('two.key') }, ['NATS_TLS_KEY: natsTlsKey must be the key of the certificate in NATS_TLS_CERT']],
    ['a key and a certificate in the place of each other', { NATS_TLS_CERT: path('one.key'), NATS_TLS_KEY: path('one.pem') }, ['NATS_TLS_CERT: natsTlsCert must be the path of a file with certificates in PEM', 'NATS_TLS_KEY: natsTlsKey must be the path of a file with a key in PEM, without a password']],
  ])('may not be %s, and what is said of it holds no secret', (_what, env, faults) => {
    expect(faultsOf(env)).toEqual(faults);
    expect(faults.join()).not.toContain('hunter2');
  });
});
