import { pairsOf, type KnownRelation } from './relation';

/** Relations of people: family, profession, work and company. */
export const PEOPLE: readonly KnownRelation[] = [
  {
    name: 'female-of-male',
    inverse: 'male-of-female',
    sentence: '{b} is the female counterpart of {a}',
    kind: 'world',
    pairs: pairsOf(`
      king queen, man woman, boy girl, actor actress, waiter waitress, prince princess, duke duchess, husband wife, uncle aunt,
      grandfather grandmother, nephew niece, wizard witch, hero heroine, monk nun, widower widow, groom bride, emperor empress,
      heir heiress, policeman policewoman, landlord landlady
    `),
  },
  {
    name: 'younger-of-elder',
    inverse: 'elder-of-younger',
    sentence: '{a} is the elder of the two and {b} the younger',
    kind: 'world',
    pairs: pairsOf(`
      father son, mother daughter, grandfather grandson, grandmother granddaughter, uncle nephew, aunt niece, parent child,
      grandparent grandchild, stepfather stepson, stepmother stepdaughter, godfather godson, man boy, woman girl, king prince,
      queen princess, teacher pupil, professor student, master apprentice, mentor protege, ancestor descendant
    `),
  },
  {
    name: 'tool-of-profession',
    inverse: 'profession-of-tool',
    sentence: 'a {a} works with a {b}',
    kind: 'world',
    pairs: pairsOf(`
      surgeon scalpel, painter brush, photographer camera, carpenter hammer, astronomer telescope, fisherman net, soldier rifle,
      writer pen, farmer tractor, barber scissors, conductor baton, blacksmith anvil, archer bow, tailor needle, sculptor chisel,
      doctor stethoscope, judge gavel, butcher cleaver, plumber wrench, firefighter hose
    `),
  },
  {
    name: 'workplace-of-profession',
    inverse: 'profession-of-workplace',
    sentence: 'a {a} works in a {b}',
    kind: 'world',
    pairs: pairsOf(`
      teacher school, nurse hospital, chef kitchen, judge courtroom, actor theater, waiter restaurant, librarian library, priest church,
      scientist laboratory, miner mine, pharmacist pharmacy, baker bakery, mechanic garage, professor university, monk monastery,
      imam mosque, rabbi synagogue, curator museum, diplomat embassy, warden prison
    `),
  },
  {
    name: 'player-of-instrument',
    inverse: 'instrument-of-player',
    sentence: 'a {b} plays the {a}',
    kind: 'world',
    pairs: pairsOf(`
      piano pianist, guitar guitarist, violin violinist, drum drummer, cello cellist, flute flutist, trumpet trumpeter,
      saxophone saxophonist, clarinet clarinetist, organ organist, bass bassist, harp harpist, trombone trombonist, accordion accordionist,
      fiddle fiddler, keyboard keyboardist, oboe oboist, viola violist, bagpipe piper, bugle bugler
    `),
  },
  {
    name: 'group-of-member',
    inverse: 'member-of-group',
    sentence: 'a {a} is one of a {b}',
    kind: 'world',
    pairs: pairsOf(`
      soldier army, player team, pupil class, singer choir, sailor crew, musician orchestra, senator senate, juror jury, priest clergy,
      minister cabinet, professor faculty, actor cast, voter electorate, spectator audience, gangster gang, star galaxy,
      tree forest, ship fleet, island archipelago, flower bouquet
    `),
  },
  {
    name: 'field-of-thinker',
    inverse: 'thinker-of-field',
    sentence: '{a} is known for work in {b}',
    kind: 'world',
    pairs: pairsOf(`
      einstein physics, bohr physics, copernicus astronomy, hubble astronomy, mendeleev chemistry, lavoisier chemistry, keynes economics,
      friedman economics, mendel genetics, pasteur microbiology, euclid geometry, gauss mathematics, euler mathematics,
      freud psychoanalysis, jung psychology, chomsky linguistics, linnaeus botany, durkheim sociology, hippocrates medicine,
      kant philosophy
    `),
  },
  {
    name: 'invention-of-inventor',
    inverse: 'inventor-of-invention',
    sentence: '{a} is known as the inventor of the {b}',
    kind: 'world',
    pairs: pairsOf(`
      bell telephone, edison phonograph, nobel dynamite, marconi radio, morse telegraph, wright airplane, otis elevator, colt revolver,
      zeppelin airship, sikorsky helicopter, volta battery, baird television, gillette razor, sax saxophone, moog synthesizer,
      fulton steamboat, montgolfier balloon, naismith basketball, zamenhof esperanto, shockley transistor
    `),
  },
  {
    name: 'work-of-artist',
    inverse: 'artist-of-work',
    sentence: '{b} is a work by {a}',
    kind: 'world',
    pairs: pairsOf(`
      shakespeare hamlet, homer odyssey, virgil aeneid, joyce ulysses, stoker dracula, shelley frankenstein, voltaire candide,
      nabokov lolita, cervantes quixote, euripides medea, moliere tartuffe, dante inferno, verdi aida, bizet carmen, puccini tosca,
      wagner parsifal, handel messiah, beethoven fidelio, picasso guernica, hitchcock vertigo
    `),
  },
  {
    name: 'goods-of-company',
    inverse: 'company-of-goods',
    sentence: '{a} sells {b}',
    kind: 'world',
    pairs: pairsOf(`
      boeing aircraft, microsoft software, intel chips, nokia phones, starbucks coffee, heineken beer, michelin tires, nike shoes,
      exxon oil, pfizer drugs, ikea furniture, mattel toys, rolex watches, toyota cars, hershey chocolate, dell computers, steinway pianos,
      harley motorcycles, gazprom gas, revlon cosmetics
    `),
  },
  {
    name: 'maker-of-product',
    inverse: 'product-of-maker',
    sentence: '{a} is a product of {b}',
    kind: 'world',
    pairs: pairsOf(`
      windows microsoft, iphone apple, playstation sony, camry toyota, mustang ford, corvette chevrolet, civic honda, pentium intel,
      viagra pfizer, android google, photoshop adobe, kindle amazon, prozac lilly, jetta volkswagen, barbie mattel, wii nintendo,
      altima nissan, walkman sony, macintosh apple, xbox microsoft
    `),
  },
];
