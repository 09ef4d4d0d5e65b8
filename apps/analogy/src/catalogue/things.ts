import { pairsOf, type KnownRelation } from './relation';

/** Relations of things: parts, materials, uses, colors, places and order. */
export const THINGS: readonly KnownRelation[] = [
  {
    name: 'whole-of-part',
    inverse: 'part-of-whole',
    sentence: 'a {a} is a part of a {b}',
    kind: 'meaning',
    pairs: pairsOf(`
      finger hand, toe foot, elbow arm, knee leg, petal flower, branch tree, engine car, roof house, wing plane, rotor helicopter,
      mast ship, pedal bicycle, trigger gun, blade knife, lens camera, sleeve shirt, sole shoe, hoof horse, tusk elephant, fin fish
    `),
  },
  {
    name: 'division-of-series',
    inverse: 'series-of-division',
    sentence: 'a {a} is made up of one {b} after another',
    kind: 'meaning',
    pairs: pairsOf(`
      book chapter, poem stanza, play act, symphony movement, album track, series episode, contract clause, newspaper article,
      dictionary entry, sentence word, year month, century decade, war battle, tournament round, wall brick, chain link, ladder rung,
      staircase step, molecule atom, necklace bead
    `),
  },
  {
    name: 'material-of-product',
    inverse: 'product-of-material',
    sentence: '{a} is made of {b}',
    kind: 'world',
    pairs: pairsOf(`
      bread flour, wine grapes, cheese milk, chocolate cocoa, tofu soybeans, omelet eggs, guacamole avocado, newspaper paper, window glass,
      tire rubber, boot leather, candle wax, sword steel, sweater wool, jeans denim, brick clay, wire copper, necktie silk,
      sidewalk concrete, plank wood
    `),
  },
  {
    name: 'use-of-tool',
    inverse: 'tool-of-use',
    sentence: '{a} is for what one does to {b}',
    kind: 'world',
    pairs: pairsOf(`
      knife cut, pen write, shovel dig, broom sweep, oven bake, needle sew, axe chop, rifle shoot, ladder climb, ruler measure, oar row,
      razor shave, towel dry, soap wash, eye see, ear hear, nose smell, lung breathe, stomach digest, brain think
    `),
  },
  {
    name: 'color-of-thing',
    inverse: 'thing-of-color',
    sentence: '{a} is {b}',
    kind: 'world',
    pairs: pairsOf(`
      grass green, snow white, blood red, sky blue, coal black, banana yellow, milk white, ruby red, emerald green, sapphire blue,
      carrot orange, pumpkin orange, raven black, flamingo pink, spinach green, tomato red, canary yellow, eggplant purple, mud brown,
      ash gray
    `),
  },
  {
    name: 'place-of-sport',
    inverse: 'sport-of-place',
    sentence: '{b} is where there is {a}',
    kind: 'world',
    pairs: pairsOf(`
      tennis court, golf course, boxing ring, swimming pool, hockey rink, skiing slope, bowling alley, football field, volleyball court,
      wrestling mat, archery range, cycling velodrome, baseball ballpark, billiards table, soccer pitch, chess board, skating rink,
      diving pool, bullfighting bullring, mountaineering mountain
    `),
  },
  {
    name: 'subject-of-science',
    inverse: 'science-of-subject',
    sentence: '{a} is the study of {b}',
    kind: 'world',
    pairs: pairsOf(`
      astronomy stars, botany plants, zoology animals, geology rocks, entomology insects, linguistics language, psychology mind,
      sociology society, meteorology weather, ornithology birds, genetics genes, cardiology heart, dermatology skin, oceanography oceans,
      paleontology fossils, biology life, seismology earthquakes, oncology cancer, virology viruses, theology god
    `),
  },
  {
    name: 'effect-of-cause',
    inverse: 'cause-of-effect',
    sentence: '{a} leads to {b}',
    kind: 'world',
    pairs: pairsOf(`
      fire smoke, drought famine, joke laughter, injury pain, smoking cancer, lightning thunder, grief tears, bacteria infection,
      spark explosion, overeating obesity, friction heat, insult anger, danger fear, poison death, mosquito malaria, drinking hangover,
      exercise fitness, downpour flood, collision damage, study knowledge
    `),
  },
  {
    name: 'next-in-calendar',
    inverse: 'previous-in-calendar',
    sentence: '{b} comes after {a}',
    kind: 'world',
    pairs: pairsOf(`
      monday tuesday, tuesday wednesday, wednesday thursday, thursday friday, friday saturday, saturday sunday, sunday monday,
      january february, february march, march april, april may, may june, june july, july august, august september, september october,
      october november, november december, december january, spring summer
    `),
  },
];
