export { Lexicon, type LexiconOptions } from './lexicon';
export { LexiconAssetError, type LexiconAssetFault } from './lexicon-asset-error';
export { ASSET_FILES, type LexiconForm } from './lexicon-file';
export { cosMul, NearestWords, type ScoredWord } from './nearest-words';
export { similarSpellings, type SimilarSpelling } from './similar-spellings';
export { type CountedEmbedding, hasContent, TextEmbedder } from './text-embedder';
export { foldText } from './text-tokens';
