import { ANIMALS } from './animals';
import { DERIVATIONS } from './derivations';
import { GEOGRAPHY } from './geography';
import { INFLECTIONS } from './inflections';
import { MEANINGS } from './meanings';
import { PEOPLE } from './people';
import { type KnownRelation } from './relation';
import { THINGS } from './things';

/** Every relation that is known by name. */
export const CATALOGUE: readonly KnownRelation[] = [
  ...GEOGRAPHY,
  ...PEOPLE,
  ...ANIMALS,
  ...THINGS,
  ...MEANINGS,
  ...INFLECTIONS,
  ...DERIVATIONS,
];
