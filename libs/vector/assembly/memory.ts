/** Address of zeroed room for `bytes` bytes, a multiple of 16; traps when none is left. */
export function allocate(bytes: usize): usize {
  const address = heap.alloc(bytes);
  memory.fill(address, 0, bytes);
  return address;
}

/** Gives back what `allocate` gave. */
export function release(address: usize): void {
  heap.free(address);
}
