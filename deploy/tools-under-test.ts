import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Folder of the programs that `tools/ops-tools.sh` builds. */
export function toolsFolder(): string {
  return process.env.SIGMALANG_TOOLS ?? join(homedir(), '.cache/sigmalang-tools/bin');
}

/** Path of a program, from the folder of tools, PATH or where Debian puts programs; undefined where it is not installed. */
export function findTool(name: string): string | undefined {
  const folders = [toolsFolder(), ...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/go/bin'];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** Path of a program; throws an error that says how to get it where it is not installed. */
export function toolPath(name: string): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed: ${HOW}`);
  return path;
}

/**
 * Describes what needs programs. Where one is not installed the specs are skipped, which is said aloud, or fail where `OPS_REQUIRED` is `true`, as
 * it is in `.ci/run`.
 */
export function describeWithTools(tools: readonly string[], title: string, body: () => void): void {
  describeUnless(tools.filter((name) => findTool(name) === undefined), title, body);
}

/** Describes what needs things some of which may be missing, as {@link describeWithTools} does. */
export function describeUnless(missing: readonly string[], title: string, body: () => void): void {
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const why = `${missing.join(', ')} not installed: ${HOW}`;
  if (process.env.OPS_REQUIRED === 'true') {
    it(`${title}: has the tools that it needs`, () => {
      throw new Error(why);
    });
    return;
  }
  process.stderr.write(`SKIPPED: ${title}: ${why}\n`);
  describe.skip(title, body);
}

const HOW = 'run tools/ops-tools.sh';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
