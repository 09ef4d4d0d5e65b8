import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

interface Component {
  readonly type: string;
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly components?: readonly Component[];
}

interface Bill {
  readonly serialNumber: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly dependsOn: readonly string[] }[];
}

const DEBIAN = [{ name: 'libstdc++6', version: '12.2.0-14+deb12u1', architecture: 'amd64', source: 'gcc-12' }];

/** The bill of an image with some packages, as text. */
function write(folders: readonly string[]): string {
  const contents = { app: 'encoder', folders, debian: DEBIAN, distribution: '12', nodeVersions: { node: '24.21.0', openssl: '3.5.0', modules: '137' } };
  const program = `import { sbomOf } from './tools/image-sbom.mjs'; process.stdout.write(JSON.stringify(sbomOf(${JSON.stringify(contents)})));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, encoding: 'utf8' });
}

const folders = ['node_modules/rxjs', 'node_modules/@nestjs/core', 'node_modules/rxjs'];
const bill = JSON.parse(write(folders)) as Bill;
const find = (name: string): Component | undefined => bill.components.find((component) => component.name === name);
const lock = JSON.parse(readFileSync(resolve(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version: string; integrity: string }> };

describe('the bill of materials of an image', () => {
  it('is of one image of this version', () => {
    const { version } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(bill.metadata.component).toMatchObject({ name: 'sigmalang-encoder', version });
  });

  it.each([['rxjs', 'pkg:npm/rxjs@'], ['@nestjs/core', 'pkg:npm/%40nestjs/core@']])('names the package %s once, with its licence and the hash of the lock file', (name, purl) => {
    const locked = lock.packages[`node_modules/${name}`];
    expect(bill.components.filter((component) => component.name === name)).toHaveLength(1);
    const component = find(name);
    expect(component).toMatchObject({ version: locked?.version, purl: `${purl}${locked?.version}` });
    expect(component?.licenses).toHaveLength(1);
    expect((component?.hashes ?? []).map(({ alg, content }) => `${alg.toLowerCase().replace('-', '')}-${Buffer.from(content, 'hex').toString('base64')}`)).toEqual([locked?.integrity]);
  });

  it('names the libraries of Debian, with which Debian it is, and Node with what stands in it', () => {
    expect(find('libstdc++6')?.purl).toBe('pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12');
    expect(find('debian')).toMatchObject({ type: 'operating-system', version: '12' });
    expect(find('node')?.components?.map(({ name, version }) => `${name} ${version}`)).toEqual(['openssl 3.5.0']);
  });

  it('says that the image needs each of them', () => {
    expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn)).toEqual(bill.components.map((component) => component['bom-ref']));
  });

  it('is the same for the same contents, and another for others', () => {
    expect(write(folders.toReversed())).toBe(write(folders));
    expect((JSON.parse(write(['node_modules/rxjs'])) as Bill).serialNumber).not.toBe(bill.serialNumber);
  });
});
