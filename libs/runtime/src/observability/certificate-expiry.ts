import { METRICS } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Gauge } from 'prom-client';

const PEM = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/** In the place of a version, so that it is told once that there is none. */
const UNREADABLE = 'unreadable';

/** Tells when the certificates of a file expire; reads the file again where it has changed, as one does that is renewed. */
export class CertificateFile {
  private readonly logger = new Logger('Certificates');
  private version = '';
  private expiry: number | undefined;

  /** @param path of certificates in PEM */
  constructor(private readonly path: string) {}

  /** When the first of them expires, in seconds since 1970; undefined while the file cannot be read. */
  async expires(): Promise<number | undefined> {
    try {
      const { ino, size, mtimeMs } = await stat(this.path);
      const version = [ino, size, mtimeMs].join(' ');
      if (version !== this.version) {
        this.expiry = earliestEnd(await readFile(this.path, 'utf8'));
        this.version = version;
      }
      return this.expiry;
    } catch (error) {
      if (this.version !== UNREADABLE) this.logger.warn({ msg: 'A file of certificates cannot be read', path: this.path, error: error instanceof Error ? error.name : 'unknown' });
      this.version = UNREADABLE;
      return undefined;
    }
  }
}

/** When the first certificate of a bundle expires, in seconds since 1970; throws where one is broken. */
function earliestEnd(bundle: string): number {
  const ends = Array.from(bundle.matchAll(PEM), ([pem]) => new X509Certificate(pem).validToDate.getTime() / 1_000);
  if (ends.length === 0) throw new RangeError('There is no certificate in the file');
  return Math.min(...ends);
}

/** Exports when certificates expire, by the name of each; those that are not used have no path, and nothing is told of them. */
export function exportCertificateExpiry(paths: Readonly<Record<string, string | undefined>>): void {
  const files = Object.entries(paths).flatMap(([name, path]) => (path === undefined ? [] : [[name, new CertificateFile(path)] as const]));
  new Gauge({
    name: METRICS.certificateExpiry,
    help: 'When a certificate that the process uses expires, in seconds since 1970; of a bundle, the first that does',
    labelNames: ['certificate'],
    async collect() {
      for (const [certificate, file] of files) {
        const expiry = await file.expires();
        if (expiry === undefined) this.remove({ certificate });
        else this.set({ certificate }, expiry);
      }
    },
  });
}
