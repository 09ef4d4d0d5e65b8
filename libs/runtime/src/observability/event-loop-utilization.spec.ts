import type { EventLoopUtilization } from 'node:perf_hooks';
import { EventLoopShare } from './event-loop-utilization';

/** An event loop that the test lets work and idle, in milliseconds. */
class FakeLoop {
  private active = 0;
  private idle = 0;
  readonly read = (): EventLoopUtilization => ({ active: this.active, idle: this.idle, utilization: 0 });

  pass(active: number, idle: number): void {
    this.active += active;
    this.idle += idle;
  }
}

describe('the share of its time that the event loop works', () => {
  it('is 0 before any time has passed, and tells of the whole life of a young process', () => {
    const loop = new FakeLoop();
    const share = new EventLoopShare(loop.read);
    expect(share.value).toBe(0);
    loop.pass(300, 100);
    expect(share.value).toBe(0.75);
  });

  it('is the same for each that asks, however often', () => {
    const loop = new FakeLoop();
    const share = new EventLoopShare(loop.read);
    loop.pass(1_000, 3_000);
    expect([share.value, share.value, share.value]).toEqual([0.25, 0.25, 0.25]);
  });

  it('forgets what is older than the samples that are kept', () => {
    const loop = new FakeLoop();
    const share = new EventLoopShare(loop.read);
    loop.pass(5_000, 0);
    for (let i = 0; i < 4; i++) {
      share.sample();
      loop.pass(0, 5_000);
    }
    expect(share.value).toBe(0);
    loop.pass(5_000, 0);
    expect(share.value).toBe(0.2);
  });

  it('is 1 while a task holds the loop, as far as the timer could not sample either', () => {
    const loop = new FakeLoop();
    const share = new EventLoopShare(loop.read);
    for (let i = 0; i < 4; i++) {
      loop.pass(5_000, 0);
      share.sample();
    }
    loop.pass(30_000, 0);
    expect(share.value).toBe(1);
  });
});
