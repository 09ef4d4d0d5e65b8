// Writes docs/openapi.json from a running standalone. A test compares the two, so run this after changing the API.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const child = spawn(process.execPath, ['dist/apps/standalone/main.js'], {
  env: { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0' },
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
if (!written) throw new Error('the standalone ended before it listened');
