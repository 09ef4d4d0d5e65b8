import {
  type AnalogyItem,
  type Contract,
  type NeighboursRequest,
  type NeighboursResponse,
  ServiceError,
  type SolveAnalogiesRequest,
  type SolveAnalogiesResponse,
} from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { AnalogiesService } from './analogies.service';

/** Notes what it is asked, and answers by a function. */
class FakeBus extends Bus {
  readonly asked: { subject: string; request: object }[] = [];

  constructor(private readonly answer: (request: object) => object) {
    super({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing is sent')) }, 0);
  }

  override call<Request extends object, Response extends object>(
    { subject }: Contract<Request, Response>,
    request: Request,
  ): Promise<Response> {
    this.asked.push({ subject, request });
    return new Promise((resolve) => { resolve(this.answer(request) as Response); });
  }
}

/** Says of each question its text, or its third word, as the answer. */
function solver(): FakeBus {
  return new FakeBus((request) => {
    const { questions } = request as SolveAnalogiesRequest;
    return { results: questions.map(({ query, c }) => ({ answer: query ?? c })) };
  });
}

/** Refuses the one question whose text is `bad`, by its place in what it is asked. */
function refuser(): FakeBus {
  return new FakeBus((request) => {
    const { questions } = request as SolveAnalogiesRequest;
    const place = questions.findIndex(({ query }) => query === 'bad');
    if (place < 0) return { results: [] };
    const message = `questions[${place}].query: query must be an analogy`;
    throw new ServiceError('INVALID_REQUEST', message, [{ field: `questions[${place}].query`, rule: 'analogyQuery', message }], true);
  });
}

const questionsAsked = ({ asked }: FakeBus): (readonly AnalogyItem[])[] => asked.map(({ request }) => (request as SolveAnalogiesRequest).questions);

describe('solving', () => {
  it.each<[what: string, question: Readonly<AnalogyItem>, answer: string]>([
    ['three words', { a: 'king', b: 'queen', c: 'man' }, 'man'],
    ['one text', { query: 'king:queen::man:?' }, 'king:queen::man:?'],
  ])('an analogy of %s asks for a list of one, with the options, and answers its one result', async (_what, question, answer) => {
    const bus = solver();
    const options = { method: 'mul', topK: 3, threshold: 0.5, candidates: ['woman', 'girl'] } as const;
    expect(await new AnalogiesService(bus).solve({ ...question, ...options, candidates: [...options.candidates] })).toEqual({ answer });
    expect(bus.asked).toEqual([{ subject: 'analogy.v1.solve', request: { questions: [question], ...options } }]);
  });

  it('a list answers a list, of one too', async () => {
    const bus = solver();
    expect(await new AnalogiesService(bus).solve({ questions: [{ query: 'q' }], topK: 1 })).toEqual({ results: [{ answer: 'q' }] });
    expect(bus.asked).toEqual([{ subject: 'analogy.v1.solve', request: { questions: [{ query: 'q' }], topK: 1 } }]);
  });

  it('a long list is asked for in groups and answered in its order', async () => {
    const bus = solver();
    const questions = Array.from({ length: 70 }, (_question, i) => ({ query: `q${i}` }));
    const { results } = (await new AnalogiesService(bus).solve({ questions })) as SolveAnalogiesResponse;
    expect(questionsAsked(bus)).toEqual([questions.slice(0, 32), questions.slice(32, 64), questions.slice(64)]);
    expect(results.map(({ answer }) => answer)).toEqual(questions.map(({ query }) => query));
  });

  it('questions are weighed by their words, and each by the candidates that its answer may speak of', async () => {
    const bus = solver();
    const [words, text] = [{ a: 'a'.repeat(200), b: 'b'.repeat(200), c: 'c'.repeat(100) }, { query: 'q'.repeat(500) }];
    const candidates = Array.from({ length: 100 }, (_word, i) => String(i).padStart(160, 'x'));
    const questions = [words, text, words, text, words];
    await new AnalogiesService(bus).solve({ questions, candidates });
    expect(questionsAsked(bus).map(({ length }) => length)).toEqual([3, 2]);
    expect(bus.asked.map(({ request }) => (request as SolveAnalogiesRequest).candidates)).toEqual([candidates, candidates]);
  });

  it.each([
    ['1,000 candidates of 20 letters', 'x'.repeat(16), 256],
    ['1,000 candidates that JSON writes six times as long', '\u0001'.repeat(150), 34],
  ])('a list with %s is asked for while its answers may speak of each, and refused before anybody is asked past what a reply may be', async (_what, tail, most) => {
    const candidates = Array.from({ length: 1_000 }, (_word, i) => tail + String(i).padStart(4, '0'));
    const ask = (count: number): { bus: FakeBus; reply: Promise<unknown> } => {
      const bus = solver();
      return { bus, reply: new AnalogiesService(bus).solve({ questions: Array.from({ length: count }, () => ({ query: 'q' })), candidates }) };
    };
    expect(((await ask(most).reply) as SolveAnalogiesResponse).results).toHaveLength(most);
    const { bus, reply } = ask(most * 2);
    await expect(reply).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('33554432 bytes') as string });
    expect(bus.asked).toEqual([]);
  });

  it.each([1, 33, 69])('a list names question %i by its place in the whole request, whichever group was refused', async (bad) => {
    const questions = Array.from({ length: 70 }, (_question, i) => ({ query: i === bad ? 'bad' : 'good' }));
    const failure: unknown = await new AnalogiesService(refuser()).solve({ questions }).catch((error: unknown) => error);
    const field = `questions[${bad}].query`;
    const message = `${field}: query must be an analogy`;
    expect(failure).toBeInstanceOf(ServiceError);
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', message, errors: [{ field, rule: 'analogyQuery', message }], received: true });
  });

  it('one analogy that is refused names the field of the request, which has no list', async () => {
    const failure: unknown = await new AnalogiesService(refuser()).solve({ query: 'bad' }).catch((error: unknown) => error);
    const message = 'query: query must be an analogy';
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', message, errors: [{ field: 'query', rule: 'analogyQuery', message }], received: true });
  });

  it.each([
    ['the failure of a service', new ServiceError('UNAVAILABLE', 'Nobody answers analogy.v1.solve', [], true)],
    ['an unknown error', new TypeError('unknown')],
  ])('passes %s on', async (_what, error) => {
    const service = new AnalogiesService(new FakeBus(() => { throw error; }));
    for (const request of [{ query: 'q' }, { questions: [{ query: 'q' }] }]) {
      const failure: unknown = await service.solve(request).catch((caught: unknown) => caught);
      expect(failure).toEqual(error);
      expect(failure).toHaveProperty('constructor', error.constructor);
    }
  });

  it('an answer that is none is a failure', async () => {
    const service = new AnalogiesService(new FakeBus(() => ({ results: [] })));
    await expect(service.solve({ query: 'q' })).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

it('explaining asks what it is asked', async () => {
  const bus = new FakeBus(() => ({ valid: true }));
  const request = { a: 'king', b: 'queen', c: 'man', d: 'woman', depth: 3 };
  expect(await new AnalogiesService(bus).explain(request)).toEqual({ valid: true });
  expect(bus.asked).toEqual([{ subject: 'analogy.v1.explain', request }]);
});

/** Knows no neighbour, nothing of the words that begin with u, and reads others as `r`. */
function neighbourhood(): FakeBus {
  return new FakeBus((request): NeighboursResponse => {
    const { words, word = '' } = request as NeighboursRequest;
    const asked = words?.map((each, i) => ({ word: each, field: `words[${i}]` })) ?? [{ word, field: 'word' }];
    return {
      results: asked.map((each) => ({ word: each.word, neighbours: [] })),
      unknown: asked.filter((each) => each.word.startsWith('u')).map((each) => ({ ...each, nearest: [] })),
      readAs: asked.filter((each) => each.word.startsWith('s')).map((each) => ({ ...each, as: 'r' })),
    };
  });
}

describe('finding neighbours', () => {
  it('of one word asks for it as it is', async () => {
    const bus = neighbourhood();
    expect(await new AnalogiesService(bus).neighbours({ word: 'u', topK: 3, threshold: 0 })).toEqual({
      results: [{ word: 'u', neighbours: [] }],
      unknown: [{ field: 'word', word: 'u', nearest: [] }],
      readAs: [],
    });
    expect(bus.asked).toEqual([{ subject: 'analogy.v1.neighbours', request: { word: 'u', topK: 3, threshold: 0 } }]);
  });

  it('of many words asks in groups, with the options, and says of each its place in the whole list', async () => {
    const bus = neighbourhood();
    const words = Array.from({ length: 70 }, (_word, i) => (i % 33 === 0 ? 'u' : i % 33 === 1 ? 's' : `w${i}`));
    const { results, unknown, readAs } = await new AnalogiesService(bus).neighbours({ words, topK: 3 });
    expect(bus.asked.map(({ request }) => request)).toEqual(
      [words.slice(0, 32), words.slice(32, 64), words.slice(64)].map((group) => ({ words: group, topK: 3 })),
    );
    expect(results.map(({ word }) => word)).toEqual(words);
    expect(unknown.map(({ field }) => field)).toEqual(['words[0]', 'words[33]', 'words[66]']);
    expect(readAs).toEqual([1, 34, 67].map((place) => ({ field: `words[${place}]`, word: 's', as: 'r' })));
  });

  it('names a word that is refused by its place in the whole list', async () => {
    const bus = new FakeBus((request) => {
      const { words = [] } = request as NeighboursRequest;
      if (!words.includes('bad')) return { results: [], unknown: [], readAs: [] };
      const message = 'words[1] must be shorter';
      throw new ServiceError('INVALID_REQUEST', message, [{ field: 'words[1]', rule: 'symbol', message }]);
    });
    const words = Array.from({ length: 40 }, (_word, i) => (i === 33 ? 'bad' : 'good'));
    const failure: unknown = await new AnalogiesService(bus).neighbours({ words }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'words[33] must be shorter', errors: [{ field: 'words[33]' }] });
  });
});
