import { pairsOf, type KnownRelation } from './relation';

/** Relations of meaning: opposites, synonyms and kinds. */
export const MEANINGS: readonly KnownRelation[] = [
  {
    name: 'antonym-of-adjective',
    inverse: 'antonym-of-adjective',
    sentence: '{a} is the opposite of {b}',
    kind: 'meaning',
    pairs: pairsOf(`
      hot cold, tall short, rich poor, young old, fast slow, heavy light, wide narrow, deep shallow, strong weak, early late, hard soft,
      loud quiet, brave cowardly, generous stingy, ancient modern, guilty innocent, vertical horizontal, optimistic pessimistic,
      temporary permanent, rural urban
    `),
  },
  {
    name: 'negation-of-adjective',
    inverse: 'adjective-of-negation',
    sentence: 'what is not {a} is {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      happy unhappy, fair unfair, known unknown, aware unaware, likely unlikely, stable unstable, visible invisible, accurate inaccurate,
      complete incomplete, possible impossible, patient impatient, mature immature, regular irregular, responsible irresponsible,
      legal illegal, literate illiterate, logical illogical, honest dishonest, loyal disloyal, obedient disobedient
    `),
  },
  {
    name: 'antonym-of-verb',
    inverse: 'antonym-of-verb',
    sentence: 'to {a} is the opposite of to {b}',
    kind: 'meaning',
    pairs: pairsOf(`
      open close, buy sell, win lose, love hate, push pull, accept reject, arrive depart, rise fall, remember forget, give take,
      attack defend, increase decrease, succeed fail, lend borrow, admit deny, praise criticize, ascend descend, inhale exhale, float sink,
      strengthen weaken
    `),
  },
  {
    name: 'antonym-of-noun',
    inverse: 'antonym-of-noun',
    sentence: '{a} is the opposite of {b}',
    kind: 'meaning',
    pairs: pairsOf(`
      war peace, day night, friend enemy, success failure, heaven hell, profit loss, victory defeat, birth death, hope despair,
      wealth poverty, winner loser, joy sorrow, arrival departure, optimist pessimist, virtue vice, majority minority, maximum minimum,
      surplus deficit, host guest, truth falsehood
    `),
  },
  {
    name: 'synonym-of-word',
    inverse: 'synonym-of-word',
    sentence: '{a} means much the same as {b}',
    kind: 'meaning',
    pairs: pairsOf(`
      big large, quick rapid, ill sick, rich wealthy, brave courageous, odd strange, weary tired, begin start, buy purchase, choose select,
      allow permit, hide conceal, help assist, car automobile, movie film, lawyer attorney, error mistake, gift present, freedom liberty,
      garbage trash
    `),
  },
  {
    name: 'class-of-kind',
    inverse: 'kind-of-class',
    sentence: '{a} is a kind of {b}',
    kind: 'meaning',
    pairs: pairsOf(`
      spaniel dog, sparrow bird, trout fish, oak tree, tulip flower, apple fruit, carrot vegetable, ant insect, cobra snake, whale mammal,
      copper metal, oxygen gas, chair furniture, hammer tool, violin instrument, pistol weapon, shirt clothing, truck vehicle,
      measles disease, waltz dance
    `),
  },
];
