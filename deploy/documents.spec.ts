import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const DOCUMENTS = globSync(['*.md', '.github/**/*.md', 'docs/**/*.md', 'helm/*/README.md'], { exclude: ['CHANGELOG.md'] }).sort();
const texts = new Map(DOCUMENTS.map((path) => [path, readFileSync(path, 'utf8')]));

/** Files that documents tell to make, and that of the first release. */
const UNTRACKED: readonly string[] = ['deploy/.env', 'docs/releases.md'];

/** What a pattern finds in the documents, each with the document. */
function inDocuments(pattern: RegExp): { readonly path: string; readonly found: string }[] {
  return [...texts].flatMap(([path, text]) => [...text.matchAll(pattern)].map(([, found = '']) => ({ path, found })));
}

/** The anchors that GitHub makes of the headings of a document. */
function anchorsOf(path: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of readFileSync(path, 'utf8').replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)) {
    const words = heading.trim().toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let anchor = words;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${words}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link; nothing where it leads somewhere. */
function faultOf(path: string, link: string): string[] {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), file));
  if (!existsSync(target)) return [`${path}: there is no ${file}`];
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor) ? [] : [`${path}: ${target} has no heading #${anchor}`];
}

describe('documents', () => {
  it('link to files and headings that are there', () => {
    const links = inDocuments(/\]\(([^)\s]+)\)/g).filter(({ found }) => !/^[a-z]+:/.test(found));
    expect(links.length).toBeGreaterThan(200);
    expect(links.flatMap(({ path, found }) => faultOf(path, found))).toEqual([]);
  });

  it('name routes of the API that there are', () => {
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: object };
    const plain = (route: string): string => route.replace(/\{[^}]*\}|:\w+/g, '*').replace(/[/.*]+$/, '');
    const routes = new Set(Object.keys(paths).flatMap((route) => plain(route).split('/').map((_part, i, parts) => plain(parts.slice(0, i + 1).join('/')))));
    const named = inDocuments(/(\/v1\/[a-z][\w/{}:-]*)/g).filter(({ found }) => found !== '/v1/traces'); // of OTLP
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ found }) => !routes.has(plain(found)))).toEqual([]);
  });

  it('run scripts of package.json and benchmarks that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(inDocuments(/\bnpm run (?:--silent )?([\w:-]+)/g).filter(({ found }) => !(found in scripts))).toEqual([]);
    const benchmarks = globSync('{libs,apps}/**/*.bench.ts');
    expect(inDocuments(/\bnpm run bench -- ([\w.-]+)/g).filter(({ found }) => !benchmarks.some((file) => file.includes(found)))).toEqual([]);
  });

  it('name files and folders of the repository that there are', () => {
    const named = inDocuments(/`((?:apps|libs|deploy|tools|helm|docs|files|\.github|\.ci)\/[\w./-]*\w)`/g).filter(({ found }) => !UNTRACKED.includes(found));
    expect(named.length).toBeGreaterThan(60);
    const folders = ['.', 'helm/sigmalang']; // `files/…` are those of the umbrella
    expect(named.filter(({ found }) => !folders.some((folder) => existsSync(join(folder, found))))).toEqual([]);
  });

  it('set values of charts that there are', () => {
    const values = new Set(globSync('helm/*/README.md').flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^\| `([\w.]+)`/gm)].map(([, name = '']) => name)));
    const set = inDocuments(/--set(?:-string|-json)?[ =]'?([\w.,=<>]+=)/g).flatMap(({ path, found }) => [...found.matchAll(/([\w.]+)=/g)].map(([, name = '']) => ({ path, name })));
    expect(set.length).toBeGreaterThan(5);
    const isKnown = (name: string): boolean => [name, name.slice(name.indexOf('.') + 1)].some((known) => values.has(known) || /^settings\./.test(known));
    expect(set.filter(({ name }) => !isKnown(name))).toEqual([]);
  });
});
