import { EventEmitter } from 'node:events';
import { SlowReaders } from './slow-clients';

const TIMEOUT_MS = 1_000;

/** The other side of a connection, which reads what the test says. */
class FakeSocket extends EventEmitter {
  bytesWritten = 0;
  writableLength = 0;
  isDestroyed = false;

  send(bytes: number): void {
    this.bytesWritten += bytes;
    this.writableLength += bytes;
  }

  read(bytes: number): void {
    this.writableLength = Math.max(0, this.writableLength - bytes);
  }

  destroy(): this {
    this.isDestroyed = true;
    this.emit('close');
    return this;
  }
}

/** What becomes of a connection whose client reads as told before each look, one every half second. */
function lookAt(socket: FakeSocket, looks: number, between: () => void): boolean {
  const readers = new SlowReaders(TIMEOUT_MS);
  readers.watch(socket);
  for (let i = 0; i < looks && !socket.isDestroyed; i++) {
    readers.look(i * 500);
    between();
  }
  expect(readers.count).toBe(socket.isDestroyed ? 0 : 1);
  return socket.isDestroyed;
}

describe('a client', () => {
  it('that reads nothing of a reply is cut off', () => {
    const socket = new FakeSocket();
    socket.send(1_000);
    expect(lookAt(socket, 5, () => undefined)).toBe(true);
  });

  it('that dribbles is cut off', () => {
    const socket = new FakeSocket();
    socket.send(100_000);
    expect(lookAt(socket, 10, () => { socket.read(10); })).toBe(true);
  });

  it.each([['a reply', 6_000_000, 0], ['a stream that goes on', 100_000, 40_000]])('that reads 64 KiB a second of %s is not', (_what, bytes, more) => {
    const socket = new FakeSocket();
    socket.send(bytes);
    expect(lookAt(socket, 400, () => {
      socket.read(32_768);
      if (socket.writableLength > 0) socket.send(more);
    })).toBe(false);
  });

  it('that was slow, and has read it all, begins anew', () => {
    const socket = new FakeSocket();
    expect(lookAt(socket, 100, () => {
      if (socket.writableLength > 0) socket.read(socket.writableLength);
      else socket.send(1_000);
    })).toBe(false);
  });

  it('that asks for nothing is not cut off here', () => {
    expect(lookAt(new FakeSocket(), 100, () => undefined)).toBe(false);
  });
});

it('a connection that closes is forgotten', () => {
  const readers = new SlowReaders(TIMEOUT_MS);
  const socket = new FakeSocket();
  readers.watch(socket);
  socket.emit('close');
  expect(readers.count).toBe(0);
});
