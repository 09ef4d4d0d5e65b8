/** Whether this process takes requests. */
export class ProcessState {
  private phase: 'starting' | 'ready' | 'stopping' = 'starting';
  private readonly beginning = Promise.withResolvers<boolean>();

  /** Whether it is started and not stopping. */
  get ready(): boolean {
    return this.phase === 'ready';
  }

  /** What it is doing. */
  get name(): string {
    return this.phase;
  }

  /** Resolves when it no longer starts: with true when it has started, with false when it is told to stop before. */
  begun(): Promise<boolean> {
    return this.beginning.promise;
  }

  /** Called once, when all is loaded and listening. */
  started(): void {
    if (this.phase === 'starting') this.phase = 'ready';
    this.beginning.resolve(true);
  }

  /** Called once, when the process is told to stop. */
  stopping(): void {
    this.phase = 'stopping';
    this.beginning.resolve(false);
  }
}
