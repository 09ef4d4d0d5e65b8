const SMALLEST_BLOCK = 2;
const LARGEST_BLOCK = 1024;

/**
 * Lists of (row, frequency), each in ascending order of rows, in two arrays that all share: 4 + 1 bytes an entry. A list is a chain of blocks of
 * 2, 4, 8 … 1,024 places, the first of which holds the place of the next block. The arrays grow by a quarter.
 */
export class PostingLists {
  /** Places of the chained blocks: the first of each says where the next is, 0 for none. */
  private rows = new Uint32Array(1024);
  private frequencies = new Uint8Array(1024);
  /** Place 0 belongs to nobody, so that 0 means none. */
  private used = 1;
  private first = new Uint32Array(256);
  private last = new Uint32Array(256);
  private lengths = new Uint32Array(256);
  private room = new Uint16Array(256);
  private lists = 0;

  /** Bytes that the entries take, those of unused room among them. */
  get bytes(): number {
    return this.rows.byteLength + this.frequencies.byteLength + 14 * this.first.length;
  }

  /** Makes room for so many entries in long lists. */
  reserve(entries: number): void {
    if (this.used + entries > this.rows.length) this.resize(this.used + entries);
  }

  /** Adds an empty list and gives its number, which count up from 0. */
  addList(): number {
    const list = this.lists++;
    if (list < this.first.length) return list;
    const size = 2 * list;
    [this.first, this.last, this.lengths] = [grown(this.first, size), grown(this.last, size), grown(this.lengths, size)];
    const room = new Uint16Array(size);
    room.set(this.room);
    this.room = room;
    return list;
  }

  /** Entries of a list. */
  lengthOf(list: number): number {
    return this.lengths[list] ?? 0;
  }

  /** Adds an entry with a row above those that are there; `frequency` is 1 to 255. */
  append(list: number, row: number, frequency: number): void {
    if (this.room[list] === 0) this.addBlock(list);
    const [last, room, length] = [this.last[list] ?? 0, this.room[list] ?? 0, this.lengths[list] ?? 0];
    const place = last + blockSize(length) - room;
    this.rows[place] = row;
    this.frequencies[place] = frequency;
    this.room[list] = room - 1;
    this.lengths[list] = length + 1;
  }

  /** Appends the first `count` of arrays, as `append` one by one. */
  appendAll(list: number, rows: Uint32Array, frequencies: Uint8Array, count: number): void {
    for (let done = 0; done < count; ) {
      if (this.room[list] === 0) this.addBlock(list);
      const [last, room, length] = [this.last[list] ?? 0, this.room[list] ?? 0, this.lengths[list] ?? 0];
      const place = last + blockSize(length) - room;
      const entries = Math.min(room, count - done);
      this.rows.set(rows.subarray(done, done + entries), place);
      this.frequencies.set(frequencies.subarray(done, done + entries), place);
      this.room[list] = room - entries;
      this.lengths[list] = length + entries;
      done += entries;
    }
  }

  /** Calls `visit` for each block with the arrays and the places [from, to) of its entries. */
  eachBlock(list: number, visit: (rows: Uint32Array, frequencies: Uint8Array, from: number, to: number) => void): void {
    let left = this.lengths[list] ?? 0;
    let block = this.first[list] ?? 0;
    for (let size = SMALLEST_BLOCK; left > 0; size = Math.min(2 * size, LARGEST_BLOCK)) {
      const entries = Math.min(size - 1, left);
      visit(this.rows, this.frequencies, block + 1, block + 1 + entries);
      left -= entries;
      block = this.rows[block] ?? 0;
    }
  }

  /** The frequency of a row in a list, 0 where it is not there. */
  frequencyOf(list: number, row: number): number {
    let found = 0;
    this.eachBlock(list, (rows, frequencies, from, to) => {
      if (row < (rows[from] ?? 0) || row > (rows[to - 1] ?? 0)) return;
      const place = rows.subarray(from, to).indexOf(row);
      if (place >= 0) found = frequencies[from + place] ?? 0;
    });
    return found;
  }

  private addBlock(list: number): void {
    const length = this.lengths[list] ?? 0;
    const size = blockSize(length);
    if (this.used + size > this.rows.length) this.resize(Math.ceil(1.25 * (this.used + size)));
    if (length === 0) this.first[list] = this.used;
    else this.rows[this.last[list] ?? 0] = this.used;
    this.last[list] = this.used;
    this.room[list] = size - 1;
    this.used += size;
  }

  private resize(capacity: number): void {
    this.rows = grown(this.rows, capacity);
    const frequencies = new Uint8Array(capacity);
    frequencies.set(this.frequencies);
    this.frequencies = frequencies;
  }
}

/** Size of the block in which the entry number `index` of a list is. */
function blockSize(index: number): number {
  // Blocks of 1, 3, 7 … 511 entries end at 1013; those behind have 1023.
  if (index >= 1013) return LARGEST_BLOCK;
  let size = SMALLEST_BLOCK;
  for (let end = 1; end <= index; end += size - 1) size *= 2;
  return size;
}

function grown(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
