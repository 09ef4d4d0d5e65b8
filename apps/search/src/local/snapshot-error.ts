/** A snapshot that is not what was written: it has to be thrown away. Says which of its files, and nothing of what is in them. */
export class SnapshotDamagedError extends Error {
  override readonly name = 'SnapshotDamagedError';

  constructor(readonly file: string) {
    super(`a snapshot is damaged: ${file}`);
  }
}
