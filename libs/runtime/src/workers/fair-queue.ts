/** Work of several callers, taken one piece of each caller after the other, whoever brought how much. */
export class FairQueue<Work> {
  private readonly callers = new Map<string, Work[]>();
  private count = 0;

  /** Pieces that wait. */
  get size(): number {
    return this.count;
  }

  /** Puts a piece behind the others of its caller. */
  add(caller: string, work: Work): void {
    const waiting = this.callers.get(caller);
    if (waiting) waiting.push(work);
    else this.callers.set(caller, [work]);
    this.count++;
  }

  /** The next piece of the caller whose turn it is, who then is the last to have another. */
  take(): Work | undefined {
    const [next] = this.callers;
    if (!next) return undefined;
    const [caller, waiting] = next;
    const work = waiting.shift();
    this.callers.delete(caller);
    if (waiting.length > 0) this.callers.set(caller, waiting);
    this.count--;
    return work;
  }

  /** Takes a piece out, if it still waits. */
  remove(caller: string, work: Work): void {
    const waiting = this.callers.get(caller);
    const at = waiting?.indexOf(work) ?? -1;
    if (!waiting || at < 0) return;
    waiting.splice(at, 1);
    if (waiting.length === 0) this.callers.delete(caller);
    this.count--;
  }
}
