// Runs the programs of an image once, as the image does, so that Node writes what it compiled into a folder, which becomes the
// NODE_COMPILE_CACHE of the image: node tools/fill-compile-cache.mjs <folder> <flags of Node, program>. What NATS says to who connects is said here, since the build has none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const LONGEST_MS = 120_000;
const [cache, ...command] = process.argv.slice(2);
const main = command.at(-1);

const nats = createServer((socket) => {
  socket.write(`INFO ${JSON.stringify({ server_id: 'build', version: '2.12.0', proto: 1, headers: true, max_payload: 8_388_608 })}\r\n`);
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    for (const _ping of data.toString('latin1').matchAll(/^PING\r$/gm)) socket.write('PONG\r\n');
  });
}).listen(0, '127.0.0.1');
await once(nats, 'listening');

const dataDir = mkdtempSync(join(tmpdir(), 'first-run-'));
const adminKey = `sk_${randomBytes(32).toString('base64url')}`; // else the gateway would make one and print it
const settings = { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info', NATS_URL: `nats://127.0.0.1:${nats.address().port}`, ADMIN_KEY: adminKey };
const env = { ...process.env, ...settings, NODE_COMPILE_CACHE: cache };
const program = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
const tooLong = setTimeout(() => program.kill('SIGKILL'), LONGEST_MS);
let management;
for await (const line of createInterface(program.stdout)) {
  const { msg, port } = JSON.parse(line);
  if (msg === 'management is listening') management = port;
  if (msg !== 'ready') continue;
  for (const path of ['health/ready', 'health', 'metrics']) await (await fetch(`http://127.0.0.1:${management}/${path}`)).text();
  program.kill('SIGTERM');
}
if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
clearTimeout(tooLong);
nats.close();
rmSync(dataDir, { recursive: true, force: true });
if (program.exitCode !== 0) throw new Error(`${main} ended with ${program.exitCode ?? program.signalCode}`);

const storage = join(dirname(main), 'storage.js');
if (existsSync(storage)) {
  const [code] = await once(spawn(process.execPath, [storage, '--help'], { env, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
  if (code !== 0) throw new Error(`${storage} ended with ${code}`);
}

// Node writes for its own user alone; in the image they are of root, and read by whoever runs it.
const files = globSync('**/*', { cwd: cache, withFileTypes: true });
if (!files.some((file) => file.isFile())) throw new Error(`nothing was written into ${cache}`);
for (const file of files) chmodSync(join(file.parentPath, file.name), file.isFile() ? 0o644 : 0o755);
