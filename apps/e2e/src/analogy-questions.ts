/** Questions of several kinds, and what most people would answer. */
export const questions: readonly (readonly [query: string, answer: string])[] = [
  ['france:paris::japan:?', 'tokyo'],
  ['germany:berlin::italy:?', 'rome'],
  ['king:queen::man:?', 'woman'],
  ['big:bigger::small:?', 'smaller'],
  ['walk:walked::jump:?', 'jumped'],
  ['dog:dogs::cat:?', 'cats'],
  ['spain:spanish::germany:?', 'german'],
  ['good:better::bad:?', 'worse'],
];

/** Words without anything in common. */
export const unrelatedWords = (
  'table justice banana quickly seven orbit velvet grammar onion treaty whisper concrete jellyfish mortgage yellow algebra shovel ' +
  'sincere volcano receipt lullaby nitrogen carpet betray thirteen pancake diplomat rust cucumber eternity zipper monk'
).split(' ');

function unrelatedWord(place: number): string {
  return unrelatedWords[place % unrelatedWords.length] ?? '';
}

/** Analogies of words without anything in common. */
export const nonsense = Array.from({ length: 20 }, (_question, i) => `${unrelatedWord(i)}:${unrelatedWord(i + 7)}::${unrelatedWord(i + 17)}:?`);
