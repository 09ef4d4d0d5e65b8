import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool, toolPath } from './tools-under-test';

describe('programs that the checks of operations run', () => {
  const before = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), 'sigmalang-tools-'));

  afterEach(() => {
    process.env.SIGMALANG_TOOLS = before.SIGMALANG_TOOLS;
    if (before.SIGMALANG_TOOLS === undefined) delete process.env.SIGMALANG_TOOLS;
    process.env.PATH = before.PATH;
  });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  function program(where: string, name: string): string {
    const path = join(folder, where, name);
    mkdirSync(join(folder, where), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  }

  it('are taken from SIGMALANG_TOOLS before PATH', () => {
    const [pinned, other] = [program('tools', 'sigma-tool'), program('path', 'sigma-tool')];
    process.env.PATH = join(folder, 'path');
    process.env.SIGMALANG_TOOLS = join(folder, 'nothing');
    expect(findTool('sigma-tool')).toBe(other);
    process.env.SIGMALANG_TOOLS = join(folder, 'tools');
    expect(findTool('sigma-tool')).toBe(pinned);
  });

  it('are not files that cannot be executed', () => {
    writeFileSync(join(folder, 'sigma-text'), '', { mode: 0o644 });
    process.env.SIGMALANG_TOOLS = folder;
    expect(findTool('sigma-text')).toBeUndefined();
  });

  it('are asked for by name where they are missing', () => {
    expect(() => toolPath('sigma-nothing')).toThrow('sigma-nothing is not installed: run tools/ops-tools.sh');
  });
});
