/** Whether this process takes requests. */
export class ProcessState {
  private phase: 'starting' | 'ready' | 'stopping' = 'starting';

  /** Whether it is started and not stopping. */
  get ready(): boolean {
    return this.phase === 'ready';
  }

  /** What it is doing. */
  get name(): string {
    return this.phase;
  }

  /** Called once, when all is loaded and listening. */
  started(): void {
    if (this.phase === 'starting') this.phase = 'ready';
  }

  /** Called once, when the process is told to stop. */
  stopping(): void {
    this.phase = 'stopping';
  }
}
