import { englishStem } from './english-stem';

/** From the sample vocabulary at https://snowballstem.org/algorithms/english/stemmer.html, and words of each rule and exception. */
const PUBLISHED = `
consign consign|consigned consign|consigning consign|consignment consign|consist consist|consisted consist|consistency consist
consistent consist|consistently consist|consisting consist|consists consist|consolation consol|consolations consol
consolatory consolatori|console consol|consoled consol|consoles consol|consolidate consolid|consolidated consolid
consolidating consolid|consoling consol|consolingly consol|consols consol|consonant conson|consort consort|consorted consort
consorting consort|conspicuous conspicu|conspicuously conspicu|conspiracy conspiraci|conspirator conspir|conspirators conspir
conspire conspir|conspired conspir|conspiring conspir|constable constabl|constables constabl|constance constanc|constancy constanc
constant constant|knack knack|knackeries knackeri|knacks knack|knag knag|knave knave|knaves knave|knavish knavish|kneaded knead
kneading knead|knee knee|kneel kneel|kneeled kneel|kneeling kneel|kneels kneel|knees knee|knell knell|knelt knelt|knew knew
knick knick|knif knif|knife knife|knight knight|knightly knight|knights knight|knit knit|knits knit|knitted knit|knitting knit
knives knive|knob knob|knobs knob|knock knock|knocked knock|knocker knocker|knockers knocker|knocking knock|knocks knock
knopp knopp|knot knot|knots knot|generate generat|general general|communism communism|community communiti|arsenal arsenal
skies sky|skis ski|dying die|lying lie|tying tie|idly idl|news news|inning inning|proceed proceed|succeeding succeed|hoped hope
hopping hop|hoping hope|luxuriated luxuri|sized size|agreed agre|feed feed|gas gas|gaps gap|this this|kiwis kiwi|ties tie|cries cri
cry cri|by by|say say|relational relat|conditional condit|rationalize ration|hopefulness hope|analogist analog|adjustment adjust
adoption adopt|yes yes|youth youth|boyish boyish|controlling control|roll roll|rate rate|probate probat|organization organiz|past past|pasted paste
`
  .trim()
  .split(/[|\n]/)
  .map((pair) => pair.split(' '));

describe('englishStem', () => {
  it.each(PUBLISHED)('gives the published stem of %s, %s', (word = '', stem = '') => {
    expect(englishStem(word)).toBe(stem);
  });

  it.each(['', 'a', 'is', '1998', 'café', 'x15s', 'straßen', '東京', "don't"])('leaves %p as it is', (word) => {
    expect(englishStem(word)).toBe(word);
  });
});
