import { seededNumbers } from './seeded-numbers';

/** Four words of which the fourth stands to the third as the second to the first. */
export interface AnalogyOfFour {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly d: string;
}

/** Pairs of words, by relation. */
const PAIRS = `
  austria vienna, belgium brussels, bulgaria sofia, canada ottawa, chile santiago, cuba havana, denmark copenhagen, egypt cairo,
  england london, finland helsinki, france paris, germany berlin, greece athens, hungary budapest, india delhi, iran tehran, iraq
  baghdad, ireland dublin, italy rome, japan tokyo, kenya nairobi, norway oslo, peru lima, poland warsaw, portugal lisbon, russia
  moscow, spain madrid, sweden stockholm, thailand bangkok, turkey ankara;
  austria austrian, belgium belgian, brazil brazilian, canada canadian, china chinese, denmark danish, egypt egyptian, finland
  finnish, france french, germany german, greece greek, india indian, ireland irish, italy italian, japan japanese, mexico mexican,
  norway norwegian, poland polish, russia russian, spain spanish, sweden swedish, turkey turkish;
  king queen, man woman, boy girl, father mother, brother sister, son daughter, uncle aunt, nephew niece, husband wife, prince
  princess, actor actress, waiter waitress, grandfather grandmother, duke duchess, bull cow, rooster hen;
  good bad, big small, hot cold, fast slow, high low, rich poor, young old, strong weak, light dark, early late, wet dry, hard soft,
  happy sad, full empty, open closed, cheap expensive, loud quiet, clean dirty, deep shallow, wide narrow;
  dog dogs, cat cats, car cars, tree trees, house houses, book books, child children, mouse mice, foot feet, city cities, box boxes,
  leaf leaves, knife knives, woman women, bird birds, river rivers, story stories, wolf wolves, church churches, apple apples;
  big bigger, small smaller, fast faster, slow slower, high higher, low lower, rich richer, strong stronger, weak weaker, light
  lighter, dark darker, early earlier, hard harder, soft softer, happy happier, cheap cheaper, loud louder, clean cleaner, deep
  deeper, wide wider;
  walk walked, jump jumped, talk talked, go went, see saw, take took, give gave, come came, run ran, write wrote, eat ate, drink
  drank, sing sang, swim swam, fly flew, buy bought, sell sold, think thought, build built, find found;
  teach teacher, write writer, sing singer, drive driver, play player, build builder, run runner, work worker, farm farmer, bake
  baker, paint painter, act actor, dance dancer, lead leader, read reader, hunt hunter
`;

/** All analogies of two pairs of one relation, mixed, in the same order each time. */
export function analogyQuestions(): AnalogyOfFour[] {
  const random = seededNumbers(1);
  const relations = PAIRS.split(';').map((pairs) => pairs.split(',').map((pair) => pair.trim().split(/\s+/)));
  const questions = relations.flatMap((pairs) =>
    pairs.flatMap(([a = '', b = '']) => pairs.flatMap(([c = '', d = '']) => (a === c ? [] : [{ a, b, c, d }]))),
  );
  const keyed = questions.map((question) => ({ question, key: random() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ question }) => question);
}
