import { FairQueue } from './fair-queue';

function queueOf(...works: [caller: string, work: number][]): FairQueue<number> {
  const queue = new FairQueue<number>();
  for (const [caller, work] of works) queue.add(caller, work);
  return queue;
}

function takeAll(queue: FairQueue<number>): number[] {
  const taken: number[] = [];
  for (let work = queue.take(); work !== undefined; work = queue.take()) taken.push(work);
  return taken;
}

describe('a fair queue', () => {
  it('gives the work of one caller in its order', () => {
    expect(takeAll(queueOf(['a', 1], ['a', 2], ['a', 3]))).toEqual([1, 2, 3]);
  });

  it('gives one piece of each caller after the other, whoever brought how much and when', () => {
    expect(takeAll(queueOf(['a', 1], ['a', 2], ['a', 3], ['b', 10], ['c', 20], ['c', 21]))).toEqual([1, 10, 20, 2, 21, 3]);
  });

  it('lets a newcomer wait for one piece of each other caller at most', () => {
    const queue = queueOf(['a', 1], ['a', 2], ['b', 10], ['b', 11]);
    expect(queue.take()).toBe(1);
    queue.add('c', 20);
    expect(takeAll(queue)).toEqual([10, 2, 20, 11]);
  });

  it('does not give what was taken out, and knows how much waits', () => {
    const queue = queueOf(['a', 1], ['a', 2], ['b', 10]);
    queue.remove('b', 10);
    queue.remove('a', 1);
    queue.remove('a', 99);
    queue.remove('c', 1);
    expect(queue.size).toBe(1);
    expect(takeAll(queue)).toEqual([2]);
    expect(queue.size).toBe(0);
    queue.remove('a', 2);
    expect(queue.size).toBe(0);
  });
});
