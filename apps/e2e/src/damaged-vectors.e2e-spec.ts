import type { DecodeResult, EncodedVector, RestNoisySigmaVector } from '@sigmalang/contracts';
import { connect, type NatsConnection } from 'nats';
import { type BothInstallations, startBoth } from './installations';
import { fromWhom } from './nats-identity';
import { bitsOf, destroyed, digitsOf, fifthOf, flipped, maskOf, overwritten, wrongBits } from './noise';
import { endEverything } from './teardown';
import { ordinaryText } from './texts';

jest.setTimeout(240_000);

const DIMENSIONS = [4_096, 10_000, 65_536];
const SHORT = 'The quick brown fox jumps over the lazy dog.';

let both: BothInstallations;
let client: NatsConnection;

beforeAll(async () => {
  both = await startBoth();
  client = await connect({ servers: both.onNats.nats.url });
});

afterAll(async () => {
  await client.close();
  await endEverything();
});

/** The vectors of a text, in base64. */
async function vectorsOf(text: string, dimensions = 10_000): Promise<EncodedVector[]> {
  const { results } = await both.encode({ text, dimensions });
  return (results[0]?.vectors ?? []) as EncodedVector[];
}

async function vectorOf(text: string, dimensions = 10_000): Promise<EncodedVector> {
  const [vector, ...more] = await vectorsOf(text, dimensions);
  if (!vector || more.length > 0) throw new Error('expected a text of one vector');
  return vector;
}

async function decode(vectors: RestNoisySigmaVector[]): Promise<DecodeResult | undefined> {
  return (await both.decode({ vectors }))[0];
}

const certified = (text: string): object => ({ text, exact: true, confidence: 1, bitErrors: 0 });

/** Some chunks of ordinary text, the last one not full. */
const textFor = (dimensions: number): string => ordinaryText(dimensions === 65_536 ? 4_000 : 1_000);

describe.each(DIMENSIONS)('vectors of %i dimensions', (dimensions) => {
  const spans = fifthOf(dimensions, 3);

  it.each(['garbage', 'zeros'] as const)('that lost a fifth of their bits to %s, known which, give the exact text', async (fill) => {
    const text = textFor(dimensions);
    const vectors = await vectorsOf(text, dimensions);
    const erased = [spans, digitsOf(spans, dimensions), maskOf(spans, dimensions)];
    const result = await decode(
      vectors.map(({ data }, i) => ({ data: overwritten(data, spans, fill, i + 1), erased: erased[i % 3] })),
    );
    expect(result).toMatchObject(certified(text));
    expect(result?.chunks).toHaveLength(vectors.length);
  });

  it('in three copies with 20 % of their bits flipped give the text, and say how many bits the majority has wrong', async () => {
    const text = textFor(dimensions);
    const vectors = await vectorsOf(text, dimensions);
    const noisy = vectors.map(({ data }, i) => [1, 2, 3].map((seed) => flipped(data, 20, seed * 1_000 + i)));
    const result = await decode(noisy.map(([data = '', ...copies]) => ({ data, copies })));
    expect(result).toMatchObject({ text, exact: false });
    expect(result?.chunks.map(({ bitErrors }) => bitErrors)).toEqual(
      vectors.map(({ data, header }, i) => wrongBits(data, noisy[i] ?? [], '', header.semanticBits)),
    );
    expect(result?.bitErrors).toBeGreaterThan(0);
  });

  it('in three copies with 10 % flipped, a fifth of each erased, give the text and the errors among the known bits', async () => {
    const text = textFor(dimensions);
    const vectors = await vectorsOf(text, dimensions);
    const noisy = vectors.map(({ data }, i) =>
      [4, 5, 6].map((seed) => overwritten(flipped(data, 10, seed * 1_000 + i), spans, 'garbage', seed + i)),
    );
    const result = await decode(noisy.map(([data = '', ...copies]) => ({ data, erased: spans, copies })));
    expect(result).toMatchObject({ text, exact: false });
    const digits = digitsOf(spans, dimensions);
    expect(result?.chunks.map(({ bitErrors }) => bitErrors)).toEqual(
      vectors.map(({ data, header }, i) => wrongBits(data, noisy[i] ?? [], digits, header.semanticBits)),
    );
  });

  it('all of whose bits are erased are neither certified nor called likely', async () => {
    const { data } = await vectorOf(SHORT, dimensions);
    const result = await decode([{ data, erased: [{ start: 0, length: dimensions }] }]);
    expect(result).toMatchObject({ exact: false, bitErrors: 0 });
    expect(result?.confidence).toBeLessThan(0.01);
    expect(result?.text).not.toBe(SHORT);
  });
});

describe('erased bits', () => {
  it('with flipped ones beside them count as no errors, the flipped ones do', async () => {
    const text = ordinaryText(300);
    const { data, header } = await vectorOf(text);
    const spans = [{ start: 3_000, length: 1_000 }];
    const noisy = overwritten(flipped(data, 5, 8), spans, 'garbage');
    const result = await decode([{ data: noisy, erased: spans }]);
    const bitErrors = wrongBits(data, [noisy], digitsOf(spans, 10_000), header.semanticBits);
    expect(result).toMatchObject({ text, exact: false, bitErrors });
    expect(result?.confidence).toBeGreaterThan(0.5);
    expect(bitErrors).toBeGreaterThan(200);
  });

  it('of the semantic segment do no harm', async () => {
    const text = ordinaryText(300);
    const { data, header } = await vectorOf(text);
    const spans = [{ start: 0, length: header.semanticBits }];
    expect(await decode([{ data: overwritten(data, spans, 'garbage'), erased: spans }])).toMatchObject(certified(text));
  });

  it('do not depend on what stands in them', async () => {
    const { data } = await vectorOf(ordinaryText(350));
    const spans = fifthOf(10_000, 9);
    const noisy = flipped(data, 8, 9);
    const [garbage, zeros] = [overwritten(noisy, spans, 'garbage'), overwritten(noisy, spans, 'zeros')];
    expect(garbage).not.toBe(zeros);
    expect(await decode([{ data: garbage, erased: spans }])).toEqual(await decode([{ data: zeros, erased: spans }]));
  });

  it('are the same as spans in any order, as spans that overlap, as digits and as a mask', async () => {
    const { data } = await vectorOf(ordinaryText(350));
    const spans = [{ start: 2_048, length: 1_000 }, { start: 8_000, length: 500 }];
    const overlapping = [{ start: 8_100, length: 400 }, { start: 2_048, length: 600 }, { start: 2_200, length: 848 }, { start: 8_000, length: 101 }];
    const noisy = overwritten(data, spans, 'garbage');
    const forms = [spans, overlapping, digitsOf(spans, 10_000), maskOf(spans, 10_000)];
    for (const erased of forms) expect(await decode([{ data: noisy, erased }])).toMatchObject(certified(ordinaryText(350)));
  });

  it('that are none change nothing', async () => {
    const { data } = await vectorOf(SHORT);
    const noisy = flipped(data, 10, 4);
    const plain = await decode([{ data: noisy }]);
    for (const erased of [[], '0'.repeat(10_000), maskOf([], 10_000)]) expect(await decode([{ data: noisy, erased }])).toEqual(plain);
  });
});

describe('copies', () => {
  it('make the exact text of a destroyed vector with two clean copies', async () => {
    const clean = (await vectorOf(SHORT)).data;
    expect(await decode([{ data: destroyed(clean, 7), copies: [clean, clean] }])).toMatchObject(certified(SHORT));
  });

  // Where two copies differ one of them may be of another text, and nothing says which: hence no certificate.
  it.each([
    ['a destroyed vector with a clean copy', (clean: string) => [destroyed(clean, 5), clean]],
    ['a clean vector with a destroyed copy', (clean: string) => [clean, destroyed(clean, 6)]],
  ])('make the text of %s, without certificate and no surer than of one of two', async (_what, copiesOf) => {
    const [data = '', ...copies] = copiesOf((await vectorOf(SHORT)).data);
    const result = await decode([{ data, copies }]);
    expect(result).toMatchObject({ text: SHORT, exact: false, bitErrors: 0 });
    expect(result?.confidence).toBe(0.5);
  });

  it('that are equal to the vector, or none, change nothing of a clean one', async () => {
    const { data, header } = await vectorOf(SHORT);
    for (const copies of [[], [data], [data, data], Array.from({ length: 15 }, () => data)]) {
      expect(await decode([{ data, header, copies }])).toMatchObject(certified(SHORT));
    }
  });

  it('give the text where not one of them does by itself', async () => {
    const text = ordinaryText(350);
    const { data } = await vectorOf(text);
    const noisy = Array.from({ length: 9 }, (_copy, i) => flipped(data, 33, 50 + i));
    for (const one of noisy.slice(0, 3)) expect((await decode([{ data: one }]))?.text).not.toBe(text);
    const [first = '', ...copies] = noisy;
    expect(await decode([{ data: first, copies }])).toMatchObject({ text, exact: false });
  });

  it('and masks say the same packed and written out', async () => {
    const text = ordinaryText(350);
    const { data, header } = await vectorOf(text);
    const spans = fifthOf(10_000, 2);
    const noisy = [20, 21, 22].map((seed) => overwritten(flipped(data, 10, seed), spans, 'garbage', seed));
    const digits = noisy.map((vector) => bitsOf(vector).join(''));
    const bipolar = noisy.map((vector) => Array.from(bitsOf(vector), (bit) => 1 - 2 * bit));
    const [first = '', second = '', third = ''] = noisy;
    const packed = await decode([{ data: first, erased: maskOf(spans, 10_000), copies: [second, third] }]);
    expect(packed).toMatchObject({ text, exact: false });
    const forms: RestNoisySigmaVector[] = [
      { data: digits[0] ?? '', header, erased: digitsOf(spans, 10_000), copies: digits.slice(1) },
      { data: bipolar[0] ?? [], header, erased: spans, copies: bipolar.slice(1) },
      { data: first, erased: spans, copies: [digits[1] ?? '', bipolar[2] ?? []] },
      { data: bipolar[0] ?? [], header, erased: maskOf(spans, 10_000), copies: [second, digits[2] ?? ''] },
    ];
    for (const form of forms) expect(await decode([form])).toEqual(packed);
  });
});

it('items may each have masks and copies of their own', async () => {
  const texts = Array.from({ length: 40 }, (_text, i) => `text ${i} ${ordinaryText(i * 4)}`.trim());
  const { results } = await both.encode({ texts });
  const spans = fifthOf(10_000, 5);
  const items = results.map(({ vectors }, i) => ({
    vectors: (vectors as EncodedVector[]).map(({ data }): RestNoisySigmaVector => {
      if (i % 3 === 0) return { data };
      if (i % 3 === 1) return { data: overwritten(data, spans, 'garbage', i), erased: spans };
      return { data: destroyed(data, i), copies: [data, data] };
    }),
  }));
  expect(await both.decode({ items })).toMatchObject(texts.map(certified));
});

it('a service that asks the decoder over NATS sends them packed', async () => {
  const text = ordinaryText(300);
  const { data } = await vectorOf(text);
  const spans = fifthOf(10_000, 6);
  const [first, ...copies] = [1, 2, 3].map((seed) => overwritten(data, spans, 'garbage', seed));
  const request = { vectors: [{ data: first, erased: maskOf(spans, 10_000), copies }] };
  const { data: reply } = await client.request('decoder.v1.decode', JSON.stringify({ id: '1', data: request }), { timeout: 20_000, headers: fromWhom() });
  expect(JSON.parse(Buffer.from(reply).toString())).toMatchObject({ response: { results: [certified(text)] } });
});

it('holds under parallel load: each of many requests at once, of all dimensions and kinds of noise, gets its own text', async () => {
  const requests = Array.from({ length: 36 }, (_, i) => {
    const dimensions = [4_096, 10_000, 4_112, 16_384, 10_000, 4_096][i % 6] ?? 10_000;
    return { text: `${i}: ${ordinaryText(200 + 40 * i)}`, dimensions, kind: i % 4 };
  });
  await Promise.all(
    requests.map(async ({ text, dimensions, kind }, i) => {
      const vectors = await vectorsOf(text, dimensions);
      const spans = fifthOf(dimensions, 2);
      const noisy = vectors.map(({ data }, v): RestNoisySigmaVector => {
        const seed = 100 * i + v;
        if (kind === 1) return { data: flipped(data, 10, seed) };
        if (kind === 2) return { data: overwritten(data, spans, 'garbage', seed), erased: spans };
        if (kind === 3) return { data: flipped(data, 18, seed), copies: [flipped(data, 18, seed + 50), flipped(data, 18, seed + 77)] };
        return { data };
      });
      const isCertified = kind === 0 || kind === 2;
      expect(await decode(noisy)).toMatchObject({ text, exact: isCertified, chunks: { length: vectors.length } });
    }),
  );
});
