import { METRICS } from '@sigmalang/contracts';
import { statfs } from 'node:fs/promises';
import { Gauge } from 'prom-client';

/** Room on a disk, in bytes. */
export interface DiskRoom {
  /** What a user who is not root may still write. */
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

/** The room on the disk of a folder; of the working folder while there is no such folder. */
export async function roomOf(folder: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(folder).catch(() => statfs('.'));
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}

/** Exports the room on the disk of the folder for what the process keeps. */
export function exportDataDisk(folder: string): void {
  new Gauge({
    name: METRICS.dataDiskFree,
    help: 'Bytes that the process may still write to the disk of DATA_DIR',
    async collect() {
      this.set((await roomOf(folder)).freeBytes);
    },
  });
  new Gauge({
    name: METRICS.dataDiskSize,
    help: 'Size of the disk of DATA_DIR, in bytes',
    async collect() {
      this.set((await roomOf(folder)).sizeBytes);
    },
  });
}
