/** What an installation says of itself, but for its models, with every field. */
export const INFO = {
  version: '1.0.0',
  build: 'development',
  services: [{ name: 'nlp', ready: true }],
  limits: {
    textCharacters: 1,
    textsPerCall: 1,
    vectorsPerCall: 1,
    documentsPerCall: 1,
    corpusTexts: 1,
    metadataKeys: 1,
    metadataBytes: 1,
    topK: 1,
    bodyBytes: 1,
    vectorBodyBytes: 1,
    requestTimeoutMs: 1,
  },
  features: [],
};
