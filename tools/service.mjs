// Runs one built app as the images do: npm run service encoder -- --log-level=debug
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const [app, ...flags] = process.argv.slice(2);
const program = `dist/apps/${app}/main.js`;
if (!app || !existsSync(program)) {
  console.error('usage: npm run service <gateway|encoder|decoder|nlp|analogy|search|standalone> -- [flags]');
  process.exit(1);
}
const child = spawn(process.execPath, ['--max-semi-space-size=4', program, ...flags], {
  stdio: 'inherit',
  env: { MALLOC_ARENA_MAX: '1', ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
