/** Runs work one at a time; whoever asks while it runs shares one further run, which begins when that has ended. */
export class CoalescedRuns {
  private running: Promise<void> = Promise.resolve();
  private queued: Promise<void> | undefined;

  constructor(private readonly work: () => Promise<void>) {}

  /** Settles as a run does that begins after this call. */
  run(): Promise<void> {
    this.queued ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.running = this.queued ?? this.running;
        this.queued = undefined;
        return this.work();
      });
    return this.queued;
  }
}
