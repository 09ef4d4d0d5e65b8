import { limits, say, ServiceError } from '@sigmalang/contracts';
import { mostItems, mostObjects } from './request-size';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Throws INVALID_REQUEST on JSON that would cost much to parse, without parsing it: nesting, objects and lists, or items of a list
 * beyond what any request may have. Looks at each byte once, keeps nothing, and leaves to the parser whether it is JSON at all.
 *
 * @param json in UTF-8
 */
export function refuseCostlyJson(json: Uint8Array): void {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const mostObjectsNow = mostObjects();
  const mostItemsNow = mostItems() + mostObjectsNow; // the items of a list that are objects are counted as such
  const commas: number[] = [];
  let objects = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === COMMA) {
      const counted = (commas.pop() ?? 0) + 1;
      if (counted >= mostItemsNow) throw new ServiceError('INVALID_REQUEST', say`The request holds a list of more than ${mostItemsNow} items`);
      commas.push(counted);
    } else if (OPENING.has(byte)) {
      if (commas.push(0) > limits.messageDepth) throw new ServiceError('INVALID_REQUEST', say`The request is nested deeper than ${limits.messageDepth} levels`);
      if (++objects > mostObjectsNow) throw new ServiceError('INVALID_REQUEST', say`The request holds more than ${mostObjectsNow} objects and lists`);
    } else if (CLOSING.has(byte)) commas.pop();
  }
}

/** Where a string ends that begins at a quote; the end of everything if it does not. */
function endOfString(bytes: Buffer, start: number): number {
  for (let end = start; ;) {
    end = bytes.indexOf(QUOTE, end + 1);
    if (end === -1) return bytes.length;
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}
