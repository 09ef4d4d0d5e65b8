export { Lexicon } from './lexicon';
export { LexiconAssetError, type LexiconAssetFault } from './lexicon-asset-error';
export { ASSET_FILES, type LexiconForm } from './lexicon-file';
export { type CountedEmbedding, hasContent, TextEmbedder } from './text-embedder';
