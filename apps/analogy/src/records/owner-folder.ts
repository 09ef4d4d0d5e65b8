import { SUBJECT } from '@sigmalang/contracts';

/** What may be the name of a folder as it is. */
const PLAIN = /^[a-z0-9][a-z0-9-]*$/;

/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** Begins the name of a folder that holds an owner as a number in base 36. */
const ENCODED = '_';

const BASE = 36;

/** Name of the folder of an owner: no two owners have one, also where a disk takes capitals for small letters, and it leads nowhere else. */
export function folderOf(owner: string): string {
  if (!SUBJECT.test(owner)) throw new TypeError('An owner is the subject of somebody');
  if (PLAIN.test(owner) && !DEVICE.test(owner)) return owner;
  return ENCODED + BigInt(`0x${Buffer.from(owner).toString('hex')}`).toString(BASE); // at most 199 characters, of 255 that disks take
}

/** The owner whose folder has a name, or undefined where it is nobody's. */
export function ownerOf(folder: string): string | undefined {
  const owner = folder.startsWith(ENCODED) ? decoded(folder.slice(ENCODED.length)) : folder;
  return SUBJECT.test(owner) && folderOf(owner) === folder ? owner : undefined;
}

function decoded(digits: string): string {
  const number = Array.from(digits).reduce((sum, digit) => sum * BigInt(BASE) + BigInt(Number.parseInt(digit, BASE) || 0), 0n);
  return Buffer.from(number.toString(16), 'hex').toString('latin1');
}
