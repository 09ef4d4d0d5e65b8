import { METRICS } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import { CertificateFile, exportCertificateExpiry } from './certificate-expiry';

const DAY = 86_400;
const folder = mkdtempSync(join(tmpdir(), 'sigmalang-expiry-'));
const path = (name: string): string => join(folder, name);

/** Writes a certificate of its own that expires after so many days, and gives the second in which openssl says it does. */
function certify(name: string, days: number): number {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`];
  execFileSync('openssl', [...args, '-days', days.toString(), '-keyout', path(`${name}.key`), '-out', path(name)], { stdio: 'ignore' });
  const end = execFileSync('openssl', ['x509', '-in', path(name), '-noout', '-enddate'], { encoding: 'utf8' });
  return Date.parse(end.replace('notAfter=', '')) / 1_000;
}

let soon: number;
let late: number;
const warnings: unknown[] = [];

beforeAll(() => {
  soon = certify('soon', 3);
  late = certify('late', 300);
});
beforeEach(() => {
  warnings.length = 0;
  Logger.overrideLogger({ log: jest.fn(), error: jest.fn(), warn: (line: unknown) => warnings.push(line) });
});
afterAll(() => {
  Logger.overrideLogger(false);
  rmSync(folder, { recursive: true, force: true });
});

describe('a file of certificates', () => {
  it('expires when its certificate does', async () => {
    expect(await new CertificateFile(path('soon')).expires()).toBe(soon);
    expect((late - soon) / DAY).toBeCloseTo(297, 3);
  });

  it('expires when the first of a bundle does, wherever that stands', async () => {
    const bundle = ['late', 'soon', 'late'].map((name) => readFileSync(path(name), 'utf8'));
    writeFileSync(path('bundle'), bundle.join('# between them may stand anything\n'));
    expect(await new CertificateFile(path('bundle')).expires()).toBe(soon);
  });

  it('is read again when another file stands in its place, and not before', async () => {
    writeFileSync(path('used'), readFileSync(path('soon')));
    const file = new CertificateFile(path('used'));
    expect(await file.expires()).toBe(soon);
    writeFileSync(path('renewed'), readFileSync(path('late')));
    expect(await file.expires()).toBe(soon);
    renameSync(path('renewed'), path('used'));
    expect(await file.expires()).toBe(late);
  });

  it.each([
    ['is no longer there', () => { rmSync(path('broken')); }],
    ['holds no certificate', () => { writeFileSync(path('broken'), 'no certificate'); }],
    ['holds a broken one', () => { writeFileSync(path('broken'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'); }],
  ])('that %s tells nothing, which is logged once, and tells again when it is mended', async (_what, damage) => {
    writeFileSync(path('broken'), readFileSync(path('soon')));
    const file = new CertificateFile(path('broken'));
    expect(await file.expires()).toBe(soon);
    damage();
    expect([await file.expires(), await file.expires()]).toEqual([undefined, undefined]);
    expect(warnings).toHaveLength(1);
    writeFileSync(path('broken'), readFileSync(path('late')));
    expect(await file.expires()).toBe(late);
  });
});

it('exports the certificates that the process uses, those alone, and only while they can be read', async () => {
  register.clear();
  writeFileSync(path('ca'), readFileSync(path('late')));
  exportCertificateExpiry({ 'nats-ca': path('ca'), 'nats-client': undefined });
  const samples = async (): Promise<string[]> =>
    (await register.getSingleMetricAsString(METRICS.certificateExpiry)).split('\n').filter((line) => line.startsWith(METRICS.certificateExpiry));
  expect(await samples()).toEqual([`${METRICS.certificateExpiry}{certificate="nats-ca"} ${late}`]);
  rmSync(path('ca'));
  expect(await samples()).toEqual([]);
});
