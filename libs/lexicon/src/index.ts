export { DenseTextEmbedder } from './dense-text-embedder';
export { measuringData } from './evaluation/measuring-data';
export { Lexicon } from './lexicon';
export { LexiconAssetError } from './lexicon-asset-error';
export { ASSET_FILES } from './lexicon-file';
export { cosMul, NearestWords, type ScoredWord } from './nearest-words';
export { similarSpellings } from './similar-spellings';
export { TextEmbedder } from './text-embedder';
export { foldText } from './text-tokens';
