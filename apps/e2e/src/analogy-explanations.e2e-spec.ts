import type { ExplainAnalogyResponse } from '@sigmalang/contracts';
import { questions } from './analogy-questions';
import { type BothInstallations, startBoth } from './installations';
import { bodyOf } from './rest-client';
import { endEverything } from './teardown';

jest.setTimeout(120_000);

let both: BothInstallations;

beforeAll(async () => {
  both = await startBoth();
});

afterAll(endEverything);

async function explain(query: string, depth?: number): Promise<ExplainAnalogyResponse> {
  const [a, b, c, d] = query.split(':').filter((word) => word !== '');
  return bodyOf(await both.post('/v1/analogies/explain', { a, b, c, d, depth })) as ExplainAnalogyResponse;
}

describe('the explanation of an analogy', () => {
  it.each([
    ['france:paris::japan:tokyo', 'capital-of-country'],
    ['king:queen::man:woman', 'female-of-male'],
    ['walk:walked::jump:jumped', 'past-of-verb'],
  ])('that holds, %s, says so and names the relation', async (query, name) => {
    const explained = await explain(query);
    expect(explained).toMatchObject({ valid: true, unknown: [], readAs: [] });
    expect(explained.confidence).toBeGreaterThanOrEqual(0.5);
    expect(explained.relationAB?.name).toBe(name);
    expect(explained.relationCD?.name).toBe(explained.relationAB?.name);
    expect(explained.explanation).toMatch(/\S/);
  });

  it.each([
    ['france:paris::japan:banana', 'tokyo'],
    ['king:queen::man:bicycle', 'woman'],
    ['walk:walked::jump:yellow', 'jumped'],
  ])('that does not hold, %s, says so and names what is better', async (query, better) => {
    const explained = await explain(query);
    expect(explained.valid).toBe(false);
    expect(explained.confidence).toBeLessThan(0.5);
    expect(explained.better.map(({ answer }) => answer)).toContain(better);
  });

  it.each([1, 2, 3])('at depth %i has what belongs there, in the ranges that numbers may have', async (depth) => {
    const explained = await explain('france:paris::japan:kyoto', depth);
    const { supportingPairs, steps, better, relationAB, relationCD } = explained;
    for (const list of [supportingPairs, steps, better]) expect(list.length > 0).toBe(depth > 1);
    const cosines = [explained, relationAB, relationCD, ...supportingPairs].map((each) => each?.similarity ?? NaN);
    expect(cosines.filter((cosine) => !(Math.abs(cosine) <= 1 + 1e-6))).toEqual([]);
    const relations = [relationAB, relationCD].flatMap((pair) => [pair, ...(pair?.candidates ?? [])]);
    const confidences = [explained, ...relations, ...better].map((each) => each?.confidence ?? NaN);
    expect(confidences.filter((confidence) => !(confidence >= 0 && confidence <= 1))).toEqual([]);
    if (depth === 1) expect([relationAB, relationCD].map((pair) => (pair?.candidates.length ?? 0) <= 1)).toEqual([true, true]);
    for (const { name, value, text } of steps) expect([name !== '', Number.isFinite(value), text !== '']).toEqual([true, true, true]);
  });

  it('tells more the deeper it goes, with the same verdict, and two levels unless told', async () => {
    const query = 'france:paris::japan:kyoto';
    const [one, two, three] = [await explain(query, 1), await explain(query, 2), await explain(query, 3)];
    expect(await explain(query)).toEqual(two);
    for (const { valid, confidence, similarity } of [two, three]) expect({ valid, confidence, similarity }).toEqual({ valid: one.valid, confidence: one.confidence, similarity: one.similarity });
    expect(three.supportingPairs.length).toBeGreaterThan(two.supportingPairs.length);
  });

  it('agrees with the answer to the question', async () => {
    for (const [query, answer] of questions) {
      const { better } = await explain(query.replace('?', answer));
      expect(better).toEqual([]);
    }
  });

  it('with a word that nothing is known of is that it does not hold, and names the word', async () => {
    const explained = await explain('kign:queen::man:woman');
    expect(explained).toMatchObject({ valid: false, confidence: 0, unknown: [{ field: 'a', word: 'kign' }] });
    expect(explained).not.toHaveProperty('relationAB');
    expect(explained.unknown[0]?.nearest).toContain('king');
  });
});
