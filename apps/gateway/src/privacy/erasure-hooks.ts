import { Injectable } from '@nestjs/common';

/** Forgets what may be of somebody who is erased. */
export type ErasureHook = () => Promise<void>;

/** What else of this process forgets when somebody is erased, such as a cache. */
@Injectable()
export class ErasureHooks {
  private readonly hooks: ErasureHook[] = [];

  /** Has `hook` called at each erasure. */
  add(hook: ErasureHook): void {
    this.hooks.push(hook);
  }

  /** Resolves when all have forgotten; rejects as the first that could not. */
  async run(): Promise<void> {
    await Promise.all(this.hooks.map((hook) => hook()));
  }
}
