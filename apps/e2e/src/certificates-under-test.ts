import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of a certificate and of its key, in PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

/** Somebody who certifies, known to nobody unless told. */
export class AuthorityUnderTest implements CertifiedKey {
  readonly cert: string;
  readonly key: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'sigmalang-e2e-tls-'));
  private certified = 0;

  constructor() {
    ({ cert: this.cert, key: this.key } = this.make(['-subj', '/CN=authority']));
  }

  /** A certificate for names, such as `IP:127.0.0.1` or `DNS:localhost`. */
  certify(names: string): CertifiedKey {
    return this.make(['-subj', '/CN=certified', '-addext', `subjectAltName=${names}`, '-CA', this.cert, '-CAkey', this.key]);
  }

  /** Removes all files. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private make(args: readonly string[]): CertifiedKey {
    const [cert = '', key = ''] = ['pem', 'key'].map((kind) => join(this.folder, `${this.certified}.${kind}`));
    this.certified++;
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...made, ...args], { stdio: 'ignore' });
    return { cert, key };
  }
}
