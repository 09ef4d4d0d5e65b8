import { EMBEDDING_VALUES, type EmbedRequest, ServiceError } from '@sigmalang/contracts';
import { LexiconAssetError } from '@sigmalang/lexicon';
import { BaseConfig, HealthChecks } from '@sigmalang/runtime';
import { join } from 'node:path';
import { NlpConfig } from './nlp.config';
import { NlpService } from './nlp.service';

const ASSETS = join(__dirname, '../../../dist/assets');
const MODEL = 'wink-sg-100d-int8@1';
const DENSE = 'wink-sg-100d-int8-dense@1';
const DIMENSIONS = EMBEDDING_VALUES;

function open(modelDir: string, checks: HealthChecks, embeddingModel = new NlpConfig().embeddingModel): NlpService {
  return new NlpService(Object.assign(new BaseConfig(), { modelDir }), { embeddingModel }, checks);
}

const checks = new HealthChecks();
let service: NlpService;
beforeAll(() => {
  service = open(ASSETS, checks);
});

async function valuesOf(request: EmbedRequest): Promise<number[][]> {
  const { embeddings } = await service.embed(request);
  return embeddings.map(({ data }) => {
    const bytes = Buffer.from(data, 'base64');
    expect(bytes).toHaveLength(DIMENSIONS * 4);
    return Array.from({ length: DIMENSIONS }, (_value, i) => bytes.readFloatLE(i * 4));
  });
}

function product(a: readonly number[] = [], b: readonly number[] = []): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

const SENTENCE = 'A man is playing a guitar';

describe('embedding', () => {
  it('gives one embedding a text, of unit length, in order, by the model that is loaded', async () => {
    const texts = [SENTENCE, 'Someone plays an instrument', 'The stock market fell'];
    const { model, dimensions } = await service.embed({ texts });
    expect({ model, dimensions }).toEqual({ model: MODEL, dimensions: DIMENSIONS });
    const embeddings = await valuesOf({ texts });
    for (const embedding of embeddings) expect(product(embedding, embedding)).toBeCloseTo(1, 5);
    const [guitar, instrument, market] = embeddings;
    expect(product(guitar, instrument)).toBeGreaterThan(product(guitar, market) + 0.2);
    for (const [i, text] of texts.entries()) expect(await valuesOf({ texts: [text] })).toEqual([embeddings[i]]);
  });

  it('without scaling keeps the direction and lets the length grow with the content', async () => {
    const texts = [SENTENCE, `${SENTENCE} ${SENTENCE}`];
    const [unit, sameUnit] = await valuesOf({ texts });
    const [once, twice] = await valuesOf({ texts, normalize: false });
    const length = Math.sqrt(product(once, once));
    expect(Math.abs(length - 1)).toBeGreaterThan(0.1);
    expect(product(unit, once)).toBeCloseTo(length, 4);
    expect(Math.sqrt(product(twice, twice))).toBeCloseTo(2 * length, 4);
    expect(product(unit, sameUnit)).toBeCloseTo(1, 5);
  });

  it.each([
    ['', 0],
    ['?! …', 0],
    ['guitar', 1],
    [SENTENCE, 6],
    ['guitar guitar guitar', 3],
  ])('counts the tokens of %j as %i', async (text, tokens) => {
    const { embeddings } = await service.embed({ texts: [text] });
    expect(embeddings.map((embedding) => embedding.tokens)).toEqual([tokens]);
  });

  it.each([true, false])('gives a text without content all zeros, scaled or not (%s)', async (normalize) => {
    const [embedding] = await valuesOf({ texts: [''], normalize });
    expect(embedding).toEqual(Array.from({ length: DIMENSIONS }, () => 0));
  });
});

describe('a model that is asked for', () => {
  it('answers where it is loaded', async () => {
    expect(await service.embed({ texts: [SENTENCE], model: MODEL })).toEqual(await service.embed({ texts: [SENTENCE] }));
  });

  it('answers by the meaning of the words alone where that is asked for', async () => {
    const { embeddings, ...rest } = await service.embed({ texts: [SENTENCE, '2026', `${SENTENCE} 2026`], model: DENSE });
    expect(rest).toEqual({ model: DENSE, dimensions: 100 });
    const [sentence, number, both] = embeddings;
    expect(Buffer.from(sentence?.data ?? '', 'base64')).toHaveLength(400);
    expect(number).toEqual({ data: Buffer.alloc(400).toString('base64'), tokens: 1 });
    expect(both).toEqual({ data: sentence?.data, tokens: 7 });
  });

  it.each(['wink-sg-100d-float32@1', 'wink-sg-100d-int8', 'text-embedding-3-small', ''])('is refused where it is %j, with the names of those that are loaded', async (model) => {
    const failure: unknown = await service.embed({ texts: [SENTENCE], model }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({
      code: 'INVALID_REQUEST',
      message: `The models that are loaded are ${MODEL} and ${DENSE}`,
      errors: [{ field: 'model', rule: 'loadedModel', message: `model must be ${MODEL} or ${DENSE}` }],
    });
  });
});

describe('what is loaded', () => {
  it('is told, and shows in the health of the process, which needs it', async () => {
    expect(service.models()).toEqual({
      embeddings: [
        { id: MODEL, dimensions: DIMENSIONS, words: 341_479 },
        { id: DENSE, dimensions: 100, words: 341_479 },
      ],
    });
    const health = await Promise.all(checks.list(true).map(async ([name, check]) => [name, await check()]));
    expect(health).toEqual([['lexicon', { model: MODEL, words: 341_479 }]]);
  });

  it.each([
    ['wink-sg-100d-int8', 'wink-sg-100d.int8.lexicon'],
    ['wink-sg-100d-float32', 'wink-sg-100d.float32.lexicon'],
  ])('by the setting %s is the file %s', (setting, file) => {
    const openThere = () => open('/nowhere', checks, setting);
    expect(openThere).toThrow(LexiconAssetError);
    expect(openThere).toThrow(`/nowhere/lexicon/${file}`);
  });
});
