import { type CodecTasks, openCodec } from '@sigmalang/codec';
import { BaseConfig, Workers } from '@sigmalang/runtime';

/** Performs the tasks of the codec in this thread, for tests, and counts the items of each. */
export class SameThread extends Workers {
  readonly items: Record<string, number> = {};
  private readonly codec: CodecTasks;

  /** @param assets folder of the assets */
  constructor(assets: string) {
    super(new BaseConfig());
    this.codec = openCodec(assets);
  }

  override use(): void {
    // nothing has to be made ready
  }

  override map(_program: unknown, task: string, items: readonly unknown[], ...options: readonly unknown[]): Promise<never> {
    const perform = this.codec[task as keyof CodecTasks] as (item: unknown, ...options: readonly unknown[]) => unknown;
    this.items[task] = (this.items[task] ?? 0) + items.length;
    return Promise.resolve().then(() => items.map((item) => perform(item, ...options)) as never);
  }
}
