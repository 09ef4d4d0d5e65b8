/** A verb with a form that the rules of spelling do not give; the more frequent of two variants comes first. */
export interface IrregularVerb {
  readonly base: string;
  readonly past: readonly string[];
  readonly participle: readonly string[];
  /** Third person singular, where it is irregular. */
  readonly thirdPerson?: string;
  /** Present participle, where it is irregular. */
  readonly presentParticiple?: string;
}

/** The entries of a text such as `man men, foot feet`, each as its words. */
const entriesOf = (text: string): string[][] => text.split(',').map((entry) => entry.trim().split(/\s+/));

const verbOf = ([base = '', past = '', participle = '', thirdPerson = '-', presentParticiple = '-']: readonly string[]): IrregularVerb => ({
  base,
  past: past.split('/'),
  participle: participle.split('/'),
  ...(thirdPerson === '-' ? {} : { thirdPerson }),
  ...(presentParticiple === '-' ? {} : { presentParticiple }),
});

/** Irregular verbs: base, past tense, past participle, then third person and present participle where they are irregular. */
export const IRREGULAR_VERBS: readonly IrregularVerb[] = entriesOf(`
  arise arose arisen, awake awoke awoken, be was/were been is being, bear bore borne, beat beat beaten, become became become, befall befell befallen,
  beget begot begotten, begin began begun, behold beheld beheld, bend bent bent, beseech beseeched/besought beseeched/besought,
  beset beset beset, bet bet bet, bid bid bid, bind bound bound, bite bit bitten, bleed bled bled, blow blew blown, break broke broken,
  breed bred bred, bring brought brought, broadcast broadcast broadcast, build built built, burn burned/burnt burned/burnt, burst burst burst,
  buy bought bought, cast cast cast, catch caught caught, choose chose chosen, cling clung clung, come came come, cost cost cost,
  creep crept crept, cut cut cut, deal dealt dealt, dig dug dug, dive dived/dove dived, do did done does, draw drew drawn,
  dream dreamed/dreamt dreamed/dreamt, drink drank drunk, drive drove driven, dwell dwelt/dwelled dwelt/dwelled, eat ate eaten, fall fell fallen,
  feed fed fed, feel felt felt, fight fought fought, find found found, fit fit/fitted fit/fitted, flee fled fled, fling flung flung, fly flew flown,
  forbid forbade forbidden, forecast forecast forecast, foresee foresaw foreseen, foretell foretold foretold, forget forgot forgotten,
  forgive forgave forgiven, forgo forwent forgone, forsake forsook forsaken, freeze froze frozen, get got gotten/got, give gave given,
  go went gone goes, grind ground ground, grow grew grown, hang hung/hanged hung/hanged, have had had has, hear heard heard, hew hewed hewn,
  hide hid hidden, hit hit hit, hold held held, hurt hurt hurt, keep kept kept, kneel knelt/kneeled knelt/kneeled, knit knit/knitted knit/knitted,
  know knew known, lay laid laid, lead led led, lean leaned/leant leaned/leant, leap leapt/leaped leapt/leaped, learn learned/learnt learned/learnt,
  leave left left, lend lent lent, let let let, lie lay/lied lain/lied - lying, light lit/lighted lit/lighted, lose lost lost, make made made,
  mean meant meant, meet met met, mislead misled misled, misread misread misread, mistake mistook mistaken,
  misunderstand misunderstood misunderstood, mow mowed mowed/mown, offset offset offset, outdo outdid outdone outdoes, outgrow outgrew outgrown,
  outrun outran outrun, outsell outsold outsold, outshine outshone outshone, overcome overcame overcome, overdo overdid overdone overdoes,
  overhear overheard overheard, override overrode overridden, overrun overran overrun, oversee oversaw overseen,
  overshoot overshot overshot, oversleep overslept overslept, overspend overspent overspent, overtake overtook overtaken,
  overthrow overthrew overthrown, partake partook partaken, pay paid paid, plead pleaded/pled pleaded/pled, prepay prepaid prepaid,
  prove proved proven/proved, put put put, quit quit quit, read read read, rebuild rebuilt rebuilt, recast recast recast,
  redraw redrew redrawn, remake remade remade, repay repaid repaid, reread reread reread, resell resold resold,
  reset reset reset, retake retook retaken, retell retold retold, rethink rethought rethought, rewind rewound rewound,
  rewrite rewrote rewritten, rid rid rid, ride rode ridden, ring rang rung, rise rose risen, run ran run, saw sawed sawn/sawed, say said said,
  see saw seen, seek sought sought, sell sold sold, send sent sent, set set set, sew sewed sewn, shake shook shaken,
  shave shaved shaved/shaven, shear sheared shorn, shed shed shed, shine shone/shined shone/shined, shoot shot shot, show showed shown,
  shrink shrank shrunk, shut shut shut, sing sang sung, sink sank sunk, sit sat sat, slay slew slain, sleep slept slept, slide slid slid,
  sling slung slung, slink slunk slunk, slit slit slit, smell smelled/smelt smelled/smelt, smite smote smitten, sneak sneaked/snuck sneaked/snuck,
  sow sowed sown, speak spoke spoken, speed sped/speeded sped/speeded, spell spelled/spelt spelled/spelt, spend spent spent,
  spill spilled/spilt spilled/spilt, spin spun spun, spit spat/spit spat/spit, split split split, spoil spoiled/spoilt spoiled/spoilt,
  spread spread spread, spring sprang/sprung sprung, stand stood stood, steal stole stolen, stick stuck stuck, sting stung stung,
  stink stank stunk, strew strewed strewn, strike struck struck/stricken, string strung strung,
  strive strove striven, sublet sublet sublet, swear swore sworn, sweep swept swept, swell swelled swollen/swelled, swim swam swum,
  swing swung swung, take took taken, teach taught taught, tear tore torn, tell told told, think thought thought, throw threw thrown,
  thrust thrust thrust, tread trod trodden, undercut undercut undercut, undergo underwent undergone undergoes,
  underlie underlay underlain - underlying, understand understood understood, undertake undertook undertaken, underwrite underwrote underwritten,
  undo undid undone undoes, unwind unwound unwound, uphold upheld upheld, upset upset upset, wake woke woken, wear wore worn,
  weave wove woven, wed wed/wedded wed/wedded, weep wept wept, wet wet wet, win won won, wind wound wound, withdraw withdrew withdrawn,
  withhold withheld withheld, withstand withstood withstood, wring wrung wrung, write wrote written,
  die died died - dying, tie tied tied - tying, untie untied untied - untying, vie vied vied - vying, belie belied belied - belying,
  dye dyed dyed - dyeing, singe singed singed - singeing, panic panicked panicked - panicking, mimic mimicked mimicked - mimicking,
  traffic trafficked trafficked - trafficking, picnic picnicked picnicked - picnicking, quiz quizzed quizzed quizzes quizzing
`).map(verbOf);

const twoOf = ([first = '', second = '']: readonly string[]): readonly [string, string] => [first, second];

/** Nouns whose plural the rules of spelling do not give: singular, plural. */
export const IRREGULAR_PLURALS: readonly (readonly [singular: string, plural: string])[] = entriesOf(`
  man men, woman women, child children, grandchild grandchildren, stepchild stepchildren, person people, foot feet, tooth teeth, goose geese,
  mouse mice, louse lice, ox oxen, die dice, gentleman gentlemen, policeman policemen, policewoman policewomen, fireman firemen,
  businessman businessmen, businesswoman businesswomen, fisherman fishermen, salesman salesmen, spokesman spokesmen, spokeswoman spokeswomen,
  chairman chairmen, congressman congressmen, congresswoman congresswomen, serviceman servicemen, craftsman craftsmen, postman postmen,
  nobleman noblemen, frenchman frenchmen, englishman englishmen, irishman irishmen, horseman horsemen, cameraman cameramen, layman laymen,
  freshman freshmen, gunman gunmen, statesman statesmen, clergyman clergymen, countryman countrymen, airman airmen, seaman seamen,
  sportsman sportsmen, lawman lawmen, marksman marksmen, batsman batsmen, knife knives, wife wives, housewife housewives, midwife midwives,
  life lives, leaf leaves, loaf loaves, half halves, calf calves, shelf shelves, bookshelf bookshelves, self selves, elf elves, wolf wolves,
  werewolf werewolves, thief thieves, sheaf sheaves, scarf scarves, hoof hooves, dwarf dwarves, wharf wharves, hero heroes, potato potatoes,
  tomato tomatoes, echo echoes, veto vetoes, torpedo torpedoes, embargo embargoes, mosquito mosquitoes, volcano volcanoes, tornado tornadoes,
  monarch monarchs, patriarch patriarchs, matriarch matriarchs, stomach stomachs, epoch epochs, domino dominoes, mango mangoes, analysis analyses, crisis crises, thesis theses, hypothesis hypotheses, synthesis syntheses,
  antithesis antitheses, parenthesis parentheses, oasis oases, basis bases, diagnosis diagnoses, prognosis prognoses, axis axes,
  neurosis neuroses, psychosis psychoses, metamorphosis metamorphoses, synopsis synopses, ellipsis ellipses, metastasis metastases,
  prosthesis prostheses, testis testes, phenomenon phenomena, criterion criteria, automaton automata, bacterium bacteria, medium media, datum data,
  stratum strata, curriculum curricula, memorandum memoranda, millennium millennia, symposium symposia, ovum ova, spectrum spectra,
  addendum addenda, erratum errata, quantum quanta, bacillus bacilli, cactus cacti, fungus fungi, nucleus nuclei, stimulus stimuli, alumnus alumni,
  radius radii, locus loci, syllabus syllabi, terminus termini, genus genera, corpus corpora, larva larvae, alga algae, vertebra vertebrae,
  nebula nebulae, supernova supernovae, alumna alumnae, antenna antennae, appendix appendices, matrix matrices, vertex vertices, vortex vortices,
  codex codices, index indices, chateau chateaux, tableau tableaux, graffito graffiti, kibbutz kibbutzim, quiz quizzes, passerby passersby,
  sheep sheep, deer deer, fish fish, moose moose, salmon salmon, trout trout, cod cod, bison bison, swine swine, shrimp shrimp, offspring offspring,
  series series, species species, aircraft aircraft, spacecraft spacecraft, hovercraft hovercraft, crossroads crossroads,
  headquarters headquarters, means means
`).map(twoOf);

/** Adjectives compared irregularly: positive, comparative, superlative. */
export const IRREGULAR_COMPARISONS: readonly (readonly [positive: string, comparative: string, superlative: string])[] = entriesOf(`
  good better best, well better best, bad worse worst, badly worse worst, ill worse worst, far farther farthest, little less least,
  many more most, much more most, shy shyer shyest
`).map(([positive = '', comparative = '', superlative = '']) => [positive, comparative, superlative]);

/** Adverbs that are not the adjective with -ly by the rules of spelling: adjective, adverb. */
export const IRREGULAR_ADVERBS: readonly (readonly [adjective: string, adverb: string])[] = entriesOf(`
  good well, fast fast, hard hard, early early, late late, straight straight, low low, long long, far far, near near, little little, much much,
  enough enough, daily daily, hourly hourly, nightly nightly, weekly weekly, monthly monthly, quarterly quarterly, yearly yearly,
  leisurely leisurely, outright outright, overnight overnight, forward forward, backward backward, true truly, whole wholly, due duly,
  public publicly, full fully, dull dully, shy shyly, sly slyly, wry wryly, coy coyly
`).map(twoOf);

/** Numbers whose ordinal is not the number with -th: number, ordinal. */
export const IRREGULAR_ORDINALS: readonly (readonly [number: string, ordinal: string])[] = entriesOf(`
  one first, two second, three third, five fifth, eight eighth, nine ninth, twelve twelfth, twenty twentieth, thirty thirtieth,
  forty fortieth, fifty fiftieth, sixty sixtieth, seventy seventieth, eighty eightieth, ninety ninetieth
`).map(twoOf);
