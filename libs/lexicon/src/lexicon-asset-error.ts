/** Why a lexicon asset cannot be used: absent, cut short, not a lexicon, of another format version, or damaged. */
export type LexiconAssetFault = 'missing' | 'truncated' | 'foreign' | 'version' | 'corrupt';

const EXPLANATIONS: Record<LexiconAssetFault, string> = {
  missing: 'there is no lexicon asset at',
  truncated: 'the file ends too early or too late:',
  foreign: 'this is no lexicon asset:',
  version: 'the asset has another format version than this code reads:',
  corrupt: 'the checksum does not match the content of',
};

/** A lexicon asset that cannot be loaded; the message holds the path and the command that builds it. */
export class LexiconAssetError extends Error {
  override readonly name = 'LexiconAssetError';

  constructor(
    readonly fault: LexiconAssetFault,
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`${EXPLANATIONS[fault]} ${path}; build it with \`npx nx asset lexicon\``, options);
  }
}
