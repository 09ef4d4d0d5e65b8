import { ServiceError } from '@sigmalang/contracts';
import { inTurns } from '@sigmalang/runtime';

const GROUP_WEIGHT = 65_536;
const GROUP_ITEMS = 32;

/** What a text adds to a group: its characters. */
export function weightOfTexts(text: string): number {
  return text.length;
}

/**
 * Asks for a list in groups, without waiting for replies but with others having their turns in between, and gives the replies in the order of the list. A group has at most 32 items
 * and 65,536 of weight; one heavier item is a group by itself. `ask` is told the place of the group's first item.
 */
export async function inGroups<Item, Reply>(
  items: readonly Item[],
  weigh: (item: Item) => number,
  ask: (group: Item[], first: number) => Promise<Reply>,
): Promise<Reply[]> {
  const groups: Item[][] = [];
  let weight = Infinity;
  for (const item of items) {
    const last = groups.at(-1);
    const itemWeight = weigh(item);
    if (last && last.length < GROUP_ITEMS && weight + itemWeight <= GROUP_WEIGHT) {
      last.push(item);
      weight += itemWeight;
    } else {
      groups.push([item]);
      weight = itemWeight;
    }
  }
  let next = 0;
  const replies = await inTurns(groups, (group) => {
    const reply = ask(group, next);
    next += group.length;
    reply.catch(() => undefined); // it may fail while the next group waits for its turn
    return { reply };
  });
  return Promise.all(replies.map(({ reply }) => reply));
}

/** A text that names `list[n]` of a group, as one that names the item's place in the whole list. */
export function renumber(text: string, list: string, first: number): string {
  return text.replace(new RegExp(`\\b${list}\\[(\\d+)\\]`, 'g'), (_match, index: string) => `${list}[${Number(index) + first}]`);
}

/** An error about `list[n]` of a group as one about the item's place in the whole list. */
export function renumbered(error: unknown, list: string, first: number): unknown {
  return first === 0 ? error : withFields(error, (text) => renumber(text, list, first));
}

/** An error whose fields, in its message as in its faults, have other names. */
export function withFields(error: unknown, rename: (text: string) => string): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { message: said, errors } = error.said;
  const faults = errors.map(({ field, rule, message }) => ({ field: rename(field), rule, message: message.renamed(rename) }));
  return new ServiceError(error.code, said.renamed(rename), faults, error.received);
}
