import { ServiceError } from '@sigmalang/contracts';
import type { Changes, DocumentStore } from '@sigmalang/storage';
import { Logger } from '@nestjs/common';
import { IndexNotOpenError } from '../../local/index-error';
import type { EngineAnswer, EngineQuery } from '../search-engine';
import { rebuilding, searchMetrics } from '../../search-metrics';
import { FollowedIndex } from './followed-index';
import type { IndexThread } from './index-thread';

const key = { incarnation: 'a', collectionId: 1, generation: 1, dimensions: 4 };
const query = {} as EngineQuery;
const answer: EngineAnswer = { results: [], total: 0, seq: 0 };

function change(seq: number): Changes {
  return { put: [], removed: [{ id: `d${seq}`, seq }], seq };
}

/** A thread that keeps the numbers of the changes it applied, and a database that has all changes up to a number. */
function fakes({ committed = 0, snapshot = 0 } = {}) {
  const state = { committed, applied: [] as number[], isOpen: false };
  const thread = {
    open: jest.fn(() => {
      state.isOpen = true;
      return Promise.resolve({ seq: snapshot, from: snapshot > 0 ? 'snapshot' : 'nothing', damaged: 0 });
    }),
    apply: jest.fn((_key: unknown, { seq }: Changes) => {
      state.applied.push(seq);
      return Promise.resolve({ seq, documents: 1 });
    }),
    search: jest.fn(() => (state.isOpen ? Promise.resolve(answer) : Promise.reject(new IndexNotOpenError()))),
    close: jest.fn(() => Promise.resolve()),
    writeSnapshot: jest.fn(() => Promise.resolve(state.applied.at(-1) ?? 0)),
  };
  const documents = {
    changesAfter: jest.fn((_id: number, _generation: number, seq: number) =>
      Promise.resolve(seq < state.committed ? change(seq + 1) : { put: [], removed: [], seq }),
    ),
  };
  const index = new FollowedIndex(key, thread as unknown as IndexThread, documents as unknown as DocumentStore);
  return { state, thread, documents, index };
}

describe('an index that follows its collection', () => {
  it('begins where its snapshot ends and takes what was committed since', async () => {
    const { index, state } = fakes({ committed: 5, snapshot: 3 });
    await index.open();
    await index.catchUp();
    expect(state.applied).toEqual([4, 5]);
    expect(index.seq).toBe(5);
  });

  it('takes the very next change as it is given, without asking the database', async () => {
    const { index, documents } = fakes({ committed: 4, snapshot: 3 });
    await index.open();
    await index.take(change(4));
    expect(index.seq).toBe(4);
    expect(documents.changesAfter).not.toHaveBeenCalled();
  });

  it('takes those before from the database where a change comes out of turn, each once', async () => {
    const { index, state } = fakes({ committed: 6, snapshot: 3 });
    await index.open();
    await Promise.all([index.take(change(6)), index.take(change(5)), index.take(change(4))]);
    expect(state.applied).toEqual([4, 5, 6]);
  });

  it('opens its snapshot again and goes on from there when a change could not be applied', async () => {
    const { index, state, thread } = fakes({ committed: 5, snapshot: 3 });
    await index.open();
    thread.apply.mockRejectedValueOnce(new Error('disk is full'));
    await expect(index.catchUp()).rejects.toThrow('disk is full');
    expect(thread.close).toHaveBeenCalledWith(key, false);
    expect(index.seq).toBe(3);
    await index.catchUp();
    expect(state.applied).toEqual([4, 5]);
  });

  it('stays open where its thread had too much to do to take a change', async () => {
    const { index, state, thread } = fakes({ committed: 5, snapshot: 3 });
    await index.open();
    thread.apply.mockRejectedValueOnce(new ServiceError('UNAVAILABLE', 'Too much work is waiting'));
    await expect(index.catchUp()).rejects.toThrow('Too much');
    await index.catchUp();
    expect(state.applied).toEqual([4, 5]);
    expect(thread.open).toHaveBeenCalledTimes(1);
  });

  it('is opened again and caught up for a search where its thread is a new one', async () => {
    const { index, state } = fakes({ committed: 5, snapshot: 3 });
    await index.load(0);
    state.isOpen = false;
    expect(await index.search(query)).toBe(answer);
    expect(state.applied).toEqual([4, 5, 4, 5]);
  });

  it('answers from its snapshot where its thread is a new one and the database is away', async () => {
    const { index, state, documents } = fakes({ committed: 5, snapshot: 3 });
    await index.load(0);
    state.isOpen = false;
    documents.changesAfter.mockRejectedValue(new Error('away'));
    expect(await index.search(query)).toBe(answer);
    expect(index.seq).toBe(3);
  });

  it('answers from no part of what there is, and keeps none on disk, where it has no snapshot and the database went away', async () => {
    const { index, thread, documents } = fakes({ committed: 5 });
    documents.changesAfter.mockResolvedValueOnce(change(1)).mockRejectedValue(new Error('away'));
    await expect(index.load(0)).rejects.toThrow('away');
    await expect(index.search(query)).rejects.toThrow('away');
    await index.writeSnapshot();
    expect(thread.writeSnapshot).not.toHaveBeenCalled();
    documents.changesAfter.mockResolvedValue({ put: [], removed: [], seq: 1 });
    expect(await index.search(query)).toBe(answer);
  });

  it('is refused where its thread is a new one, it has no snapshot, and the database is away', async () => {
    const { index, state, documents } = fakes({ committed: 5 });
    await index.load(0);
    state.isOpen = false;
    documents.changesAfter.mockRejectedValue(new Error('away'));
    await expect(index.search(query)).rejects.toThrow('away');
  });

  it('begins from nothing where it has not seen removals that are no longer told', async () => {
    const { index, thread, state } = fakes({ committed: 9, snapshot: 3 });
    thread.close.mockImplementation(() => {
      thread.open.mockImplementation(() => Promise.resolve({ seq: 0, from: 'nothing', damaged: 0 }));
      return Promise.resolve();
    });
    await index.load(4);
    expect(thread.close).toHaveBeenCalledWith(key, true);
    expect(state.applied).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps its snapshot where that has seen all removals that are no longer told', async () => {
    const { index, thread, state } = fakes({ committed: 5, snapshot: 4 });
    await index.load(4);
    expect(thread.close).not.toHaveBeenCalled();
    expect(state.applied).toEqual([5]);
  });

  it('writes a snapshot only where it has changed since the last', async () => {
    const { index, thread } = fakes({ committed: 5, snapshot: 3 });
    await index.open();
    await index.writeSnapshot();
    expect(thread.writeSnapshot).not.toHaveBeenCalled();
    await index.catchUp();
    await index.writeSnapshot();
    await index.writeSnapshot();
    expect(thread.writeSnapshot).toHaveBeenCalledTimes(1);
  });

  it('writes one snapshot at a time, whoever asks', async () => {
    const { index, thread } = fakes({ committed: 5, snapshot: 3 });
    await index.load(0);
    const written = Promise.withResolvers<number>();
    thread.writeSnapshot.mockReturnValueOnce(written.promise);
    const both = [index.writeSnapshot(), index.writeSnapshot()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(thread.writeSnapshot).toHaveBeenCalledTimes(1);
    written.resolve(5);
    await Promise.all([...both, index.writeSnapshot()]);
    expect(thread.writeSnapshot).toHaveBeenCalledTimes(1);
  });

  it('goes on when a snapshot cannot be written, and tries again the next time', async () => {
    const { index, thread } = fakes({ committed: 4, snapshot: 3 });
    await index.open();
    await index.catchUp();
    thread.writeSnapshot.mockRejectedValueOnce(new Error('disk is full'));
    await index.writeSnapshot();
    await index.writeSnapshot();
    expect(thread.writeSnapshot).toHaveBeenCalledTimes(2);
  });

  it('is opened again once for all searches that find its thread to be a new one', async () => {
    const { index, state, thread } = fakes({ committed: 5, snapshot: 3 });
    await index.load(0);
    state.isOpen = false;
    await Promise.all(Array.from({ length: 20 }, () => index.search(query)));
    expect(thread.open).toHaveBeenCalledTimes(2);
  });

  it('takes nothing and is not opened any more when it was closed, whatever was under way', async () => {
    const { index, thread, documents, state } = fakes({ committed: 1_000 });
    const applied = Promise.withResolvers<undefined>();
    thread.apply.mockImplementation(async (_key, { seq }) => {
      await applied.promise;
      state.applied.push(seq);
      return { seq, documents: 1 };
    });
    const loading = index.load(0);
    const taking = index.take(change(1_001));
    while (thread.apply.mock.calls.length === 0) await Promise.resolve();
    const closing = index.close({ remove: true });
    applied.resolve(undefined);
    await expect(loading).rejects.toThrow(IndexNotOpenError);
    await expect(taking).rejects.toThrow(IndexNotOpenError);
    await closing;
    await expect(index.open()).rejects.toThrow(IndexNotOpenError);
    await expect(index.catchUp()).rejects.toThrow(IndexNotOpenError);
    expect(state.applied).toEqual([1]);
    expect(documents.changesAfter).toHaveBeenCalledTimes(1);
    expect(thread.close).toHaveBeenCalledTimes(1);
    expect(thread.open).toHaveBeenCalledTimes(1);
  });
});

describe('an index that is being built from the database', () => {
  beforeEach(() => { rebuilding.clear(); });

  const inProgress = async (): Promise<number | undefined> => (await searchMetrics.rebuildsInProgress.get()).values[0]?.value;

  it('is told of from when there was no snapshot until it has all', async () => {
    const { index, thread } = fakes({ committed: 3 });
    const during: unknown[] = [];
    thread.apply.mockImplementation(async (_key: unknown, { seq }: Changes) => {
      during.push(await inProgress());
      return { seq, documents: 1 };
    });
    expect(await inProgress()).toBe(0);
    await index.load(0);
    expect([during, await inProgress()]).toEqual([[1, 1, 1], 0]);
  });

  it('is told of until it is closed, where the database went away', async () => {
    const { index, documents } = fakes({ committed: 3 });
    documents.changesAfter.mockRejectedValue(new ServiceError('UNAVAILABLE', 'The database is away'));
    await expect(index.load(0)).rejects.toThrow('away');
    expect(await inProgress()).toBe(1);
    await index.close({ remove: false });
    expect(await inProgress()).toBe(0);
  });

  it('is none where a snapshot was there, whatever it still has to take', async () => {
    const { index, thread } = fakes({ committed: 5, snapshot: 3 });
    const during: unknown[] = [];
    thread.apply.mockImplementation(async (_key: unknown, { seq }: Changes) => {
      during.push(await inProgress());
      return { seq, documents: 1 };
    });
    await index.load(0);
    expect(during).toEqual([0, 0]);
  });

  it('is told of while it is made anew without dead rows, whatever it takes meanwhile, also where that fails', async () => {
    const { index, thread } = fakes({ snapshot: 3 });
    const during: unknown[] = [];
    const compact = async (): Promise<void> => {
      await index.catchUp();
      during.push(await inProgress());
      if (during.length === 1) throw new Error('disk is full');
    };
    Object.assign(thread, { stats: () => Promise.resolve({ wantsCompaction: true }), compact });
    await index.open();
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    for (const times of [1, 2]) {
      await index.tend();
      expect([during, await inProgress()]).toEqual([Array(times).fill(1), 0]);
    }
  });
});
