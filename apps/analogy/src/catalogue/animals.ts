import { pairsOf, type KnownRelation } from './relation';

/** Relations of animals: sex, young, sound, home and group. */
export const ANIMALS: readonly KnownRelation[] = [
  {
    name: 'female-of-animal',
    inverse: 'male-of-animal',
    sentence: 'a {b} is the female of a {a}',
    kind: 'world',
    pairs: pairsOf(`
      bull cow, rooster hen, stallion mare, ram ewe, lion lioness, tiger tigress, boar sow, buck doe, drake duck, gander goose, fox vixen,
      stag hind, colt filly, cock hen, dog bitch
    `),
  },
  {
    name: 'young-of-animal',
    inverse: 'animal-of-young',
    sentence: 'a young {a} is a {b}',
    kind: 'world',
    pairs: pairsOf(`
      dog puppy, cat kitten, cow calf, horse foal, sheep lamb, pig piglet, goat kid, bear cub, lion cub, deer fawn, chicken chick,
      duck duckling, goose gosling, frog tadpole, butterfly caterpillar, kangaroo joey, swan cygnet, seal pup, elephant calf, wolf pup
    `),
  },
  {
    name: 'sound-of-animal',
    inverse: 'animal-of-sound',
    sentence: 'the sound of a {a} is a {b}',
    kind: 'world',
    pairs: pairsOf(`
      dog bark, cat meow, cow moo, duck quack, lion roar, wolf howl, horse neigh, pig oink, sheep bleat, snake hiss, bee buzz, frog croak,
      owl hoot, donkey bray, rooster crow, mouse squeak, goose honk, cricket chirp, pigeon coo, turkey gobble
    `),
  },
  {
    name: 'home-of-animal',
    inverse: 'animal-of-home',
    sentence: 'a {a} lives in a {b}',
    kind: 'world',
    pairs: pairsOf(`
      bird nest, bee hive, dog kennel, horse stable, spider web, bear cave, lion den, pig sty, rabbit burrow, beaver lodge, chicken coop,
      ant anthill, cow barn, snail shell, termite mound, wolf lair, mouse hole, pigeon loft, hamster cage, goldfish aquarium
    `),
  },
  {
    name: 'group-of-animals',
    inverse: 'animal-of-group',
    sentence: 'a number of the animal {a} is a {b}',
    kind: 'world',
    pairs: pairsOf(`
      wolf pack, sheep flock, elephant herd, fish school, bee swarm, lion pride, goose gaggle, ant colony, whale pod, cattle herd,
      pigeon flock, locust swarm, hound pack, dolphin pod, penguin colony, quail covey, puppy litter, baboon troop, herring shoal,
      buffalo herd
    `),
  },
];
