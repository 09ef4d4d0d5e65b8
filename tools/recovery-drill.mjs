// Loses a database and gets it back, twice: from a base backup and archived WAL, and from a dump. Prints how long that took (recovery time) and
// how old the oldest acknowledged write is that was lost (recovery point), and fails where a write is lost that was safe, or an answer is wrong.
//
//   npm run recovery-drill [-- --documents=2000 --archive-seconds=5]
//
// Needs Debian's PostgreSQL. Everything happens in a folder of its own, on loopback ports; nothing of it is left.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const RECOVERY_TIME_GOAL_S = 3_600;
const RECOVERY_POINT_GOAL_S = 900;
const GROUP = 50; // documents a call
const PAUSE_MS = 50; // between calls, so that the drill has writes of every age
const START_MS = 120_000;

const { values } = parseArgs({ options: { documents: { type: 'string', default: '2000' }, 'archive-seconds': { type: 'string', default: '5' } } });
const documentCount = positive('documents');
const archiveSeconds = positive('archive-seconds');
const folder = mkdtempSync(join(tmpdir(), 'sigmalang-recovery-'));
const archive = join(folder, 'archive');
const key = `sk_${'drill'.repeat(8)}abc`;
const secret = 'a secret of this drill alone, and of no other';
const children = [];

function positive(name) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0`);
  process.exit(2);
}

function account() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres']));
  return { uid: id('-u'), gid: id('-g') };
}

const owner = account();

function program(name) {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => Number(b.split('/')[4]) - Number(a.split('/')[4]));
  if (newest) return join(newest, name);
  console.error('PostgreSQL is missing: apt-get install postgresql');
  process.exit(2);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function ownFolder(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (owner.uid !== undefined) chownSync(path, owner.uid, owner.gid);
  return path;
}

/** Runs a program of PostgreSQL and gives what it printed. */
function postgresTool(name, args) {
  return execFileSync(program(name), args, { ...owner, cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

class Postgres {
  constructor(data, port) {
    this.data = data;
    this.port = port;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  static async create(name) {
    const data = ownFolder(join(folder, name));
    postgresTool('initdb', ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--auth=trust']);
    return new Postgres(data, await freePort());
  }

  async start(settings = {}) {
    const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
    const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.child = spawn(program('postgres'), ['-D', this.data, '-p', String(this.port), ...options], { ...owner, cwd: folder, stdio: 'ignore' });
    children.push(this.child);
    await until(() => this.query('select 1 where not pg_is_in_recovery()') === '1', 'PostgreSQL');
  }

  query(sql) {
    try {
      return execFileSync(program('psql'), ['-XAt', '-c', sql, this.url], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return undefined; // it is not there
    }
  }

  /** The machine is gone, with all that stood on its disk. */
  async lose() {
    const pid = this.child.pid;
    const processes = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).split('\n').map(Number).filter(Boolean);
    process.kill(pid, 'SIGSTOP');
    for (const each of [...processes, pid]) end(each);
    await once(this.child, 'exit');
    rmSync(this.data, { recursive: true, force: true });
  }

  async stop() {
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
  }
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function until(holds, what) {
  for (const deadline = Date.now() + START_MS; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`${what} did not come up`);
  }
}

/** The product in one process, on a database. */
class Product {
  static async start(databaseUrl) {
    const product = new Product();
    const port = await freePort();
    product.origin = `http://127.0.0.1:${port}`;
    product.env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, ADMIN_KEY: key, AUTH_SECRET: secret, DATA_DIR: mkdtempSync(join(folder, 'data-')) };
    const settings = { PORT: String(port), METRICS_PORT: '0', RATE_LIMIT_ENABLED: 'false', LOG_LEVEL: 'warn' };
    product.child = spawn(process.execPath, ['dist/apps/standalone/main.js'], { env: { ...product.env, ...settings }, stdio: ['ignore', 'ignore', 'inherit'] });
    children.push(product.child);
    await until(() => fetch(`${product.origin}/health/ready`).then(({ ok }) => ok, () => false), 'the product');
    return product;
  }

  async call(method, path, body) {
    const headers = { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) };
    const response = await fetch(`${this.origin}/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async end() {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

const textOf = (number) => `Document ${number} tells of the number ${number}.`;

/** Writes documents, and notes when each group of them was acknowledged. */
async function write(product, first, count, acknowledged) {
  for (let number = first; number < first + count; number += GROUP) {
    const numbers = Array.from({ length: Math.min(GROUP, first + count - number) }, (_, i) => number + i);
    await product.call('PUT', 'collections/drill/documents', { documents: numbers.map((each) => ({ id: String(each), text: textOf(each) })) });
    for (const each of numbers) acknowledged.set(each, Date.now());
    await sleep(PAUSE_MS);
  }
}

/** Those of the acknowledged documents that are not there any more; one that is there with another text is a fault. */
async function lost(product, acknowledged) {
  const missing = [];
  for (const number of acknowledged.keys()) {
    const response = await fetch(`${product.origin}/v1/collections/drill/documents/${number}`, { headers: { 'x-api-key': key } });
    if (response.status === 404) missing.push(number);
    else if (!response.ok || (await response.json()).text !== textOf(number)) throw new Error(`document ${number} came back as another, or not at all`);
  }
  return missing;
}

async function expectSearch(product, number) {
  const { results } = await product.call('POST', 'search', { collection: 'drill', query: `"${number}"`, mode: 'keyword', topK: 1 });
  if (results?.[0]?.id !== String(number)) throw new Error(`search does not find document ${number} after the recovery`);
}

function storage(command, args, databaseUrl) {
  const env = { ...process.env, DATABASE_URL: databaseUrl, AUTH_SECRET: secret, DATA_DIR: mkdtempSync(join(folder, 'data-')) };
  return execFileSync('npm', ['run', '--silent', command, '--', ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

/** What came of one way to recover; fails where a document is lost that was older than what may be lost. */
async function report(how, { product, acknowledged, disasterAt, recoveryMs, mayLoseMs }) {
  const missing = await lost(product, acknowledged);
  const oldest = Math.max(0, ...missing.map((number) => disasterAt - acknowledged.get(number)));
  const [kept] = [...acknowledged.keys()].filter((number) => !missing.includes(number)).slice(-1);
  await expectSearch(product, kept);
  const seconds = (ms) => (ms / 1000).toFixed(1);
  console.log(`${how}: recovered in ${seconds(recoveryMs)} s (goal: ${RECOVERY_TIME_GOAL_S} s); ${missing.length} of ${acknowledged.size} acknowledged documents lost, the oldest ${seconds(oldest)} s old (at most ${seconds(mayLoseMs)} s expected; goal: ${RECOVERY_POINT_GOAL_S} s)`);
  if (oldest > mayLoseMs) throw new Error('a write was lost that was safe');
  if (recoveryMs > RECOVERY_TIME_GOAL_S * 1000) throw new Error('the recovery took too long');
}

/** From a base backup and the archived WAL. */
async function drillArchive() {
  ownFolder(archive);
  const settings = { archive_mode: 'on', archive_timeout: `${archiveSeconds}s`, archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f` };
  const server = await Postgres.create('first');
  await server.start(settings);
  let product = await Product.start(server.url);
  await product.call('PUT', 'collections/drill', {});
  const acknowledged = new Map();
  const half = Math.ceil(documentCount / 2);
  await write(product, 0, half, acknowledged);
  const base = ownFolder(join(folder, 'base'));
  postgresTool('pg_basebackup', ['-D', base, '-d', server.url, '-X', 'none', '--checkpoint=fast', '--no-manifest']);
  await write(product, half, documentCount - half, acknowledged);
  await sleep((archiveSeconds + 1) * 1000); // the last of the first writes is archived
  await write(product, documentCount, GROUP, acknowledged); // these may be lost
  const disasterAt = Date.now();
  await server.lose();
  await product.end();

  const started = performance.now();
  const again = new Postgres(base, server.port);
  writeFileSync(join(base, 'recovery.signal'), '');
  if (owner.uid !== undefined) chownSync(join(base, 'recovery.signal'), owner.uid, owner.gid);
  await again.start({ restore_command: `cp ${archive}/%f %p`, recovery_target_timeline: 'latest', archive_mode: 'off' });
  product = await Product.start(again.url);
  const recoveryMs = performance.now() - started;
  const archived = readdirSync(archive).filter((name) => !name.includes('.'));
  console.log(`archived: ${archived.length} files, ${(archived.reduce((sum, name) => sum + statSync(join(archive, name)).size, 0) / 1e6).toFixed(0)} MB; base backup ${execFileSync('du', ['-sm', base], { encoding: 'utf8' }).split('\t')[0]} MB`);
  await report('base backup and archived WAL', { product, acknowledged, disasterAt, recoveryMs, mayLoseMs: (archiveSeconds + 1) * 1000 });
  await product.end();
  console.log(`audit: ${storage('audit', ['verify'], again.url)}`);
  return { server: again, acknowledged, documents: documentCount };
}

/** From a dump, as taken every ten minutes where no WAL is archived. */
async function drillDump({ server }) {
  let product = await Product.start(server.url);
  const acknowledged = new Map();
  await write(product, documentCount + GROUP, GROUP, acknowledged);
  const file = join(folder, 'dump.gz');
  const started = performance.now();
  storage('backup', [file], server.url);
  const dumpMs = performance.now() - started;
  const dumpedAt = Date.now();
  await write(product, documentCount + 2 * GROUP, GROUP, acknowledged);
  const disasterAt = Date.now();
  await server.lose();
  await product.end();

  const recoveryStarted = performance.now();
  const next = await Postgres.create('second');
  await next.start();
  storage('restore', [file], next.url);
  product = await Product.start(next.url);
  const recoveryMs = performance.now() - recoveryStarted;
  console.log(`dump: ${(statSync(file).size / 1e6).toFixed(1)} MB in ${(dumpMs / 1000).toFixed(1)} s`);
  await report('dump', { product, acknowledged, disasterAt, recoveryMs, mayLoseMs: disasterAt - dumpedAt + dumpMs });
  await product.end();
  await next.stop();
}

try {
  chmodSync(folder, 0o711); // the server is not root, and has to get into it
  await drillDump(await drillArchive());
  console.log('what was acknowledged and safe came back');
} catch (error) {
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await sleep(100);
  rmSync(folder, { recursive: true, force: true });
}
