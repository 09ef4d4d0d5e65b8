import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotDamagedError } from './snapshot-error';

/** What the files of a snapshot look like, and what made the words in them: another one is not read. */
const FORMAT = 1;

const MANIFEST = 'manifest.json';
const SNAPSHOT = /^snapshot-(\d+)-(\d+)$/;
const DRAFT = 'draft-';
const CHUNK = 1 << 20;

/** What a snapshot is of. */
export interface SnapshotHeader {
  readonly seq: number;
  readonly dimensions: number;
  /** Rows that the graph of neighbours was built from; absent where there is none. */
  readonly graphRows?: number | undefined;
}

interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface Manifest extends SnapshotHeader {
  readonly format: number;
  readonly files: readonly ManifestFile[];
}

/** A snapshot that was verified as it was read. */
export interface ReadSnapshot extends SnapshotHeader {
  /** Its folder. */
  readonly path: string;
  /** Its files by name, but those that were copied. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** A snapshot under way: its files so far, and those to be copied to it, by name. */
export interface SnapshotDraft extends SnapshotHeader {
  readonly folder: string;
  readonly draft: string;
  readonly copies: Readonly<Record<string, string>>;
}

/** Makes a folder for the files of a new snapshot in the folder of an index. */
export function draftSnapshot(folder: string, header: SnapshotHeader, copies: SnapshotDraft['copies']): SnapshotDraft {
  const draft = join(folder, `${DRAFT}${header.seq}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  return { ...header, folder, draft, copies };
}

/**
 * Makes a snapshot of a draft: copies what is to be copied, has all of it on the disk, names it, and removes the ones before. Whenever this
 * is cut short there is the one before or the new one, whole.
 */
export function finishSnapshot({ folder, draft, copies, seq, dimensions, graphRows }: SnapshotDraft): void {
  const written = readdirSync(draft);
  const files = [
    ...written.map((name) => ({ name, ...hashFile(join(draft, name)) })),
    ...Object.entries(copies).map(([name, source]) => ({ name, ...hashFile(source, join(draft, name)) })),
  ];
  for (const { name } of files) sync(join(draft, name));
  const body: Manifest = { format: FORMAT, seq, dimensions, graphRows, files };
  writeFileSync(join(draft, MANIFEST), JSON.stringify({ body, sha256: sha256(JSON.stringify(body)) }), { flush: true });
  sync(draft);
  const before = listSnapshots(folder);
  const revision = Math.max(-1, ...before.filter((each) => each.seq === seq).map((each) => each.revision)) + 1;
  renameSync(draft, join(folder, `snapshot-${seq}-${revision}`));
  sync(folder);
  for (const { name } of before) rmSync(join(folder, name), { recursive: true, force: true });
}

/**
 * The newest snapshot in a folder that is whole, each file verified; `copies` says to which paths files are copied instead of read. Calls
 * `damaged` for each newer one that is not whole, and removes it. Undefined where there is none, or only of another format.
 */
export function readNewestSnapshot(folder: string, copies: Readonly<Record<string, string>>, damaged: (error: SnapshotDamagedError) => void): ReadSnapshot | undefined {
  if (!existsSync(folder)) return undefined;
  for (const { name } of listSnapshots(folder)) {
    const path = join(folder, name);
    try {
      const snapshot = readSnapshot(path, copies);
      if (snapshot) return snapshot;
    } catch (error) {
      if (!(error instanceof SnapshotDamagedError)) throw error;
      damaged(error);
    }
    rmSync(path, { recursive: true, force: true });
  }
  return undefined;
}

/** Removes what a process that ended before left half done. */
export function removeDrafts(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (name.startsWith(DRAFT)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** A snapshot; undefined where it is of another format. Throws `SnapshotDamagedError` where it is not what was written. */
function readSnapshot(path: string, copies: Readonly<Record<string, string>>): ReadSnapshot | undefined {
  const manifest = readManifest(path);
  if (manifest.format !== FORMAT) return undefined;
  const files = new Map<string, Buffer>();
  for (const { name, bytes, sha256: expected } of manifest.files) {
    const [from, to] = [join(path, name), copies[name]];
    if (!existsSync(from)) throw new SnapshotDamagedError(name);
    const content = to === undefined ? readFileSync(from) : undefined;
    const found = content ? { bytes: content.length, sha256: sha256(content) } : hashFile(from, to);
    if (found.bytes !== bytes || found.sha256 !== expected) throw new SnapshotDamagedError(name);
    if (content) files.set(name, content);
  }
  const { seq, dimensions, graphRows } = manifest;
  return { path, seq, dimensions, graphRows, files };
}

function readManifest(path: string): Manifest {
  try {
    const { body, sha256: expected } = JSON.parse(readFileSync(join(path, MANIFEST), 'utf8')) as { body: Manifest; sha256: string };
    if (sha256(JSON.stringify(body)) === expected) return body;
  } catch {
    // missing or no JSON, which is damage as well
  }
  throw new SnapshotDamagedError(MANIFEST);
}

/** Snapshots in a folder, newest first. */
function listSnapshots(folder: string): { readonly name: string; readonly seq: number; readonly revision: number }[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [, seq, revision] = SNAPSHOT.exec(name) ?? [];
      return seq === undefined ? [] : [{ name, seq: Number(seq), revision: Number(revision) }];
    })
    .sort((a, b) => b.seq - a.seq || b.revision - a.revision);
}

/** Size and SHA-256 of a file, which is copied on the way where `to` says so. */
function hashFile(from: string, to?: string): { readonly bytes: number; readonly sha256: string } {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  const source = openSync(from, 'r');
  const target = to === undefined ? undefined : openSync(to, 'w');
  try {
    let bytes = 0;
    for (let read = readSync(source, chunk); read > 0; read = readSync(source, chunk)) {
      const part = chunk.subarray(0, read);
      hash.update(part);
      for (let at = 0; target !== undefined && at < read; ) at += writeSync(target, part, at);
      bytes += read;
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(source);
    if (target !== undefined) closeSync(target);
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Waits until a file or a folder is on the disk. */
function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
