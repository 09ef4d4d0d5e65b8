import { pairsOf, type KnownRelation } from './relation';

/** Relations between a word and one that is formed from it. */
export const DERIVATIONS: readonly KnownRelation[] = [
  {
    name: 'adverb-of-adjective',
    inverse: 'adjective-of-adverb',
    sentence: 'what is done in a {a} way is done {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      slow slowly, happy happily, gentle gently, full fully, automatic automatically, basic basically, true truly, possible possibly,
      angry angrily, polite politely, careful carefully, sudden suddenly, fortunate fortunately, whole wholly, easy easily,
      dramatic dramatically, reluctant reluctantly, brave bravely, legal legally, humble humbly
    `),
  },
  {
    name: 'agent-of-verb',
    inverse: 'verb-of-agent',
    sentence: 'one whose part it is to {a} is a {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      teach teacher, write writer, run runner, drive driver, sing singer, dance dancer, swim swimmer, bake baker, hunt hunter, act actor,
      invent inventor, sail sailor, edit editor, build builder, rob robber, lead leader, smoke smoker, govern governor, begin beginner,
      translate translator
    `),
  },
  {
    name: 'noun-of-verb',
    inverse: 'verb-of-noun',
    sentence: 'to {a} is an act of {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      act action, educate education, decide decision, create creation, destroy destruction, permit permission, discuss discussion,
      invade invasion, describe description, protect protection, expand expansion, produce production, explode explosion, admit admission,
      elect election, confuse confusion, receive reception, celebrate celebration, imagine imagination, abolish abolition
    `),
  },
  {
    name: 'quality-of-adjective',
    inverse: 'adjective-of-quality',
    sentence: 'what is {a} has {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      happy happiness, sad sadness, kind kindness, ill illness, weak weakness, lazy laziness, dark darkness, aware awareness,
      lonely loneliness, fit fitness, rude rudeness, useful usefulness, nervous nervousness, ugly ugliness, bitter bitterness,
      empty emptiness, thick thickness, polite politeness, selfish selfishness, clumsy clumsiness
    `),
  },
  {
    name: 'verb-of-adjective',
    inverse: 'adjective-of-verb',
    sentence: 'to {b} is to make {a}',
    kind: 'derivation',
    pairs: pairsOf(`
      wide widen, dark darken, modern modernize, legal legalize, short shorten, soft soften, deep deepen, weak weaken, sharp sharpen,
      private privatize, stable stabilize, simple simplify, pure purify, clear clarify, bright brighten, national nationalize,
      sweet sweeten, intense intensify, rich enrich, tight tighten
    `),
  },
  {
    name: 'adjective-of-noun',
    inverse: 'noun-of-adjective',
    sentence: 'what has much {a} is {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      rain rainy, danger dangerous, beauty beautiful, wind windy, fame famous, hope hopeful, sun sunny, mystery mysterious, peace peaceful,
      dirt dirty, luck lucky, pain painful, humor humorous, salt salty, mountain mountainous, success successful, fury furious,
      noise noisy, skill skillful, courage courageous
    `),
  },
  {
    name: 'lack-of-noun',
    inverse: 'noun-of-lack',
    sentence: 'what is without {a} is {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      home homeless, hope hopeless, use useless, job jobless, care careless, fear fearless, power powerless, end endless, child childless,
      penny penniless, worth worthless, wire wireless, speech speechless, sleep sleepless, help helpless, mercy merciless, land landless,
      tooth toothless, cloud cloudless, taste tasteless
    `),
  },
  {
    name: 'ability-of-verb',
    inverse: 'verb-of-ability',
    sentence: 'what one can {a} is {b}',
    kind: 'derivation',
    pairs: pairsOf(`
      read readable, avoid avoidable, rely reliable, accept acceptable, predict predictable, use usable, believe believable,
      manage manageable, drink drinkable, detect detectable, forget forgettable, imagine imaginable, adjust adjustable, renew renewable,
      recycle recyclable, regret regrettable, deplore deplorable, admire admirable, achieve achievable, enforce enforceable
    `),
  },
  {
    name: 'repetition-of-verb',
    inverse: 'verb-of-repetition',
    sentence: 'to {b} is to {a} again',
    kind: 'derivation',
    pairs: pairsOf(`
      write rewrite, build rebuild, open reopen, visit revisit, consider reconsider, appear reappear, gain regain, name rename,
      unite reunite, discover rediscover, arrange rearrange, paint repaint, join rejoin, define redefine, use reuse, schedule reschedule,
      marry remarry, examine reexamine, construct reconstruct, think rethink
    `),
  },
  {
    name: 'excess-of-verb',
    inverse: 'verb-of-excess',
    sentence: 'to {b} is to {a} too much',
    kind: 'derivation',
    pairs: pairsOf(`
      estimate overestimate, eat overeat, load overload, charge overcharge, extend overextend, react overreact, pay overpay, heat overheat,
      flow overflow, state overstate, work overwork, cook overcook, simplify oversimplify, shoot overshoot, spend overspend,
      compensate overcompensate, burden overburden, do overdo, use overuse, emphasize overemphasize
    `),
  },
];
