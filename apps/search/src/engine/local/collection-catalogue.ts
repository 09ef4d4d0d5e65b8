import { BaseConfig } from '@sigmalang/runtime';
import type { CollectionRow } from '@sigmalang/storage';
import { Injectable } from '@nestjs/common';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Collections of a database. */
export interface KeptCatalogue {
  /** See `Database.incarnation`. */
  readonly incarnation: string;
  readonly collections: readonly CollectionRow[];
}

/** The collections as the database had them last, on disk, for a start when the database is away. */
@Injectable()
export class CollectionCatalogue {
  private readonly folder: string;
  private writing: Promise<void> = Promise.resolve();

  constructor({ dataDir }: BaseConfig) {
    this.folder = join(dataDir, 'search');
  }

  /** The collections; none where nothing readable is there. */
  async read(): Promise<KeptCatalogue> {
    try {
      const { incarnation, collections } = JSON.parse(await readFile(this.path, 'utf8')) as KeptCatalogue;
      return { incarnation, collections: collections.map((row) => ({ ...row, createdAt: new Date(row.createdAt) })) };
    } catch {
      return { incarnation: '', collections: [] };
    }
  }

  /** Puts collections in the place of those before. */
  write(catalogue: KeptCatalogue): Promise<void> {
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        await mkdir(this.folder, { recursive: true });
        await writeFile(`${this.path}.tmp`, JSON.stringify(catalogue));
        await rename(`${this.path}.tmp`, this.path);
      });
    return this.writing;
  }

  private get path(): string {
    return join(this.folder, 'collections.json');
  }
}
