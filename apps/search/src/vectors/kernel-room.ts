import { activeKernels, allocateRoom } from '@sigmalang/vector';

/** Where the bytes of an index are. */
export interface KernelRoom {
  /** Zeroed bytes at a multiple of 16 of their buffer. */
  allocate(bytes: number): Uint8Array<ArrayBuffer>;
  /** Gives back what `allocate` gave. */
  release(room: Uint8Array): void;
}

/** The memory that the vector kernels of this thread read in place, 512 MiB, and other memory, which they copy from, when that is full. */
export const kernelRoom: KernelRoom = {
  allocate: allocateRoom,
  release: (room) => activeKernels.release(room),
};

/** Numbers that grow by doubling and keep nothing when they do; for what is written anew each time. */
export class ScratchFloats {
  private bytes: Uint8Array<ArrayBuffer> | undefined;
  private floats = new Float32Array();

  constructor(private readonly room: KernelRoom) {}

  /** The first `count` numbers, whatever they hold. */
  take(count: number): Float32Array {
    if (this.floats.length < count) {
      this.release();
      const size = Math.max(1_024, 2 ** Math.ceil(Math.log2(count)));
      this.bytes = this.room.allocate(4 * size);
      this.floats = new Float32Array(this.bytes.buffer, this.bytes.byteOffset, size);
    }
    return this.floats.subarray(0, count);
  }

  release(): void {
    if (this.bytes) this.room.release(this.bytes);
    this.bytes = undefined;
    this.floats = new Float32Array();
  }
}
