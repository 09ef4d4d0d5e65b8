// Writes docs/openapi.json from a running standalone. A test compares the two, so run this after changing the API.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const dataDir = mkdtempSync(join(tmpdir(), 'sigmalang-openapi-'));
const child = spawn(process.execPath, ['dist/apps/standalone/main.js'], {
  env: { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', DATA_DIR: dataDir, AUTH_MODE: 'off' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let written = false;
for await (const line of createInterface(child.stdout)) {
  const { msg, url } = JSON.parse(line);
  if (msg !== 'HTTP is listening') continue;
  const document = await (await fetch(`${url}/openapi.json`)).json();
  writeFileSync('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
  child.kill('SIGTERM');
  written = true;
}
rmSync(dataDir, { recursive: true, force: true });
if (!written) throw new Error('the standalone ended before it listened');
