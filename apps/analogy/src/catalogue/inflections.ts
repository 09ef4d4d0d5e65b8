import { pairsOf, type KnownRelation } from './relation';

/** Relations between the forms of one word. */
export const INFLECTIONS: readonly KnownRelation[] = [
  {
    name: 'comparative-of-adjective',
    inverse: 'adjective-of-comparative',
    sentence: '{b} is the comparative of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      big bigger, small smaller, happy happier, large larger, wide wider, hot hotter, thin thinner, easy easier, busy busier, good better,
      bad worse, young younger, cheap cheaper, strong stronger, quiet quieter, rare rarer, sad sadder, simple simpler, heavy heavier,
      brave braver
    `),
  },
  {
    name: 'superlative-of-adjective',
    inverse: 'adjective-of-superlative',
    sentence: '{b} is the superlative of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      old oldest, tall tallest, fat fattest, early earliest, safe safest, nice nicest, rich richest, poor poorest, dry driest,
      noble noblest, great greatest, little least, far farthest, many most, ugly ugliest, wealthy wealthiest, deadly deadliest,
      bright brightest, slim slimmest, fierce fiercest
    `),
  },
  {
    name: 'superlative-of-comparative',
    inverse: 'comparative-of-superlative',
    sentence: '{a} is the comparative and {b} the superlative',
    kind: 'inflection',
    pairs: pairsOf(`
      better best, worse worst, larger largest, smaller smallest, hotter hottest, happier happiest, longer longest, deeper deepest,
      finer finest, wetter wettest, lower lowest, higher highest, busier busiest, closer closest, darker darkest, thicker thickest,
      nearer nearest, costlier costliest, faster fastest, healthier healthiest
    `),
  },
  {
    name: 'past-of-verb',
    inverse: 'verb-of-past',
    sentence: '{b} is the past tense of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      go went, take took, make made, carry carried, stop stopped, live lived, visit visited, try tried, plan planned, agree agreed,
      think thought, bring brought, drive drove, teach taught, marry married, prefer preferred, borrow borrowed, panic panicked,
      sweep swept, dig dug
    `),
  },
  {
    name: 'present-participle-of-verb',
    inverse: 'verb-of-present-participle',
    sentence: '{b} is the present participle of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      make making, run running, die dying, play playing, carry carrying, begin beginning, lie lying, see seeing, come coming, hope hoping,
      travel traveling, study studying, mix mixing, refer referring, argue arguing, wrap wrapping, sing singing, hesitate hesitating,
      whisper whispering, panic panicking
    `),
  },
  {
    name: 'third-person-of-verb',
    inverse: 'verb-of-third-person',
    sentence: 'one who can {a} {b}',
    kind: 'inflection',
    pairs: pairsOf(`
      go goes, have has, do does, watch watches, try tries, wish wishes, fix fixes, eat eats, say says, teach teaches, fly flies,
      miss misses, know knows, sleep sleeps, believe believes, apply applies, enjoy enjoys, seek seeks, worry worries, veto vetoes
    `),
  },
  {
    name: 'past-participle-of-verb',
    inverse: 'verb-of-past-participle',
    sentence: '{b} is the past participle of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      see seen, break broken, speak spoken, eat eaten, drive driven, choose chosen, know known, fly flown, begin begun, swim swum,
      sing sung, hide hidden, forget forgotten, steal stolen, wear worn, freeze frozen, shake shaken, rise risen, give given, weave woven
    `),
  },
  {
    name: 'past-of-present-participle',
    inverse: 'present-participle-of-past',
    sentence: '{a} is the present participle and {b} the past tense',
    kind: 'inflection',
    pairs: pairsOf(`
      walking walked, laughing laughed, cooking cooked, teaching taught, winning won, losing lost, buying bought, carrying carried,
      stopping stopped, arriving arrived, building built, growing grew, drawing drew, climbing climbed, marrying married, drinking drank,
      hoping hoped, admitting admitted, catching caught, ringing rang
    `),
  },
  {
    name: 'plural-of-noun',
    inverse: 'noun-of-plural',
    sentence: '{b} is the plural of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      child children, man men, foot feet, mouse mice, city cities, box boxes, church churches, knife knives, leaf leaves, hero heroes,
      bus buses, analysis analyses, toy toys, story stories, glass glasses, bridge bridges, teacher teachers, window windows, photo photos,
      donkey donkeys
    `),
  },
  {
    name: 'ordinal-of-number',
    inverse: 'number-of-ordinal',
    sentence: '{b} is the ordinal of {a}',
    kind: 'inflection',
    pairs: pairsOf(`
      one first, two second, three third, four fourth, five fifth, six sixth, seven seventh, eight eighth, nine ninth, ten tenth,
      eleven eleventh, twelve twelfth, thirteen thirteenth, fifteen fifteenth, eighteen eighteenth, twenty twentieth, thirty thirtieth,
      fifty fiftieth, sixteen sixteenth, hundred hundredth
    `),
  },
];
