import { defineContract, ServiceError, type ErrorCode } from '@sigmalang/contracts';
import { Controller, Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IsString } from 'class-validator';
import { requestMetrics } from '../observability/request-metrics';
import { InProcessStrategy, InProcessTransport } from '../transport/in-process.transport';
import { Bus } from './bus';
import { Dispatcher } from './dispatcher';
import { Handle } from './handle.decorator';

class Question {
  @IsString() words!: string;
}

class Answer {
  words!: string;
  length!: number;
}

class NarrowQuestion extends Question {
  language!: string;
}

class OtherMessage {
  other!: boolean;
}

const ask = defineContract({ subject: 'probe.v1.ask', request: Question, response: Answer });
const askNow = defineContract({ subject: 'probe.v1.ask-now', request: Question, response: Answer });

/** What the handlers do with the words of a question. */
const REPLIES: Readonly<Record<string, () => Answer>> = {
  fail: () => {
    throw new ServiceError('NOT_FOUND', 'Nobody knows');
  },
  forward: () => {
    throw new ServiceError('UNAVAILABLE', 'Nobody answered us', [], true);
  },
  crash: () => {
    throw new RangeError('The text "hunter2" was too much\nand its second line too');
  },
  throw: () => {
    const notAnError: unknown = 'hunter2';
    throw notAnError;
  },
};

function answer({ words }: Question): Answer {
  return REPLIES[words]?.() ?? { words, length: words.length };
}

@Controller()
class ProbeController {
  @Handle(ask)
  async ask(question: Question): Promise<Answer> {
    await Promise.resolve();
    if (!(question instanceof Question)) throw new Error('It was given something else');
    return answer(question);
  }

  @Handle(askNow)
  askNow(question: Question): Answer {
    return answer(question);
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const logged: unknown[][] = [];
let app: INestMicroservice;
let bus: Bus;

beforeAll(async () => {
  const transport = new InProcessTransport(100_000);
  const strategy = new InProcessStrategy(transport, new Dispatcher(5_000, () => 100_000));
  bus = new Bus(transport, 5_000);
  app = await NestFactory.createMicroservice(ProbeModule, { strategy, logger: false });
  const note = (...line: unknown[]): void => void logged.push(line);
  Logger.overrideLogger({ log: note, error: note, warn: note, debug: note, verbose: note, fatal: note });
  await app.listen();
});

afterAll(async () => {
  await app.close();
  Logger.overrideLogger(false);
});

beforeEach(() => {
  logged.length = 0;
  requestMetrics.requests.reset();
  requestMetrics.duration.reset();
  requestMetrics.errors.reset();
});

async function failureOf(words: unknown, contract = ask): Promise<ServiceError> {
  const error: unknown = await bus.call(contract, { words } as Question).catch((failure: unknown) => failure);
  if (error instanceof ServiceError) return error;
  throw new Error('It did not fail by a ServiceError');
}

async function counted(): Promise<object[]> {
  const { values } = await requestMetrics.requests.get();
  return values.map(({ labels, value }) => ({ ...labels, value }));
}

describe.each([
  ['one that promises its answer', ask],
  ['one that answers at once', askNow],
])('a handler, %s,', (_kind, contract) => {
  it('gets an instance of the request class and its answer is the reply', async () => {
    await expect(bus.call(contract, { words: 'hello' })).resolves.toEqual({ words: 'hello', length: 5 });
  });

  it('is counted once per request as OK', async () => {
    await Promise.all([1, 2, 3].map(() => bus.call(contract, { words: 'hello' })));
    expect(await counted()).toEqual([{ contract: contract.subject, code: 'OK', value: 3 }]);
    const { values } = await requestMetrics.duration.get();
    expect(values.filter(({ metricName }) => metricName?.endsWith('_count')).map(({ labels, value }) => ({ labels, value }))).toEqual([
      { labels: { contract: contract.subject }, value: 3 },
    ]);
    expect((await requestMetrics.errors.get()).values).toEqual([]);
  });

  it.each<[string, unknown, ErrorCode, boolean]>([
    ['a ServiceError', 'fail', 'NOT_FOUND', true],
    ['a ServiceError of another service', 'forward', 'UNAVAILABLE', false],
    ['an unknown error', 'crash', 'INTERNAL', true],
    ['what is no error', 'throw', 'INTERNAL', true],
    ['a request that breaks a rule', 5, 'INVALID_REQUEST', true],
  ])('is counted once with the code of %s, and the error where it arose', async (_what, words, code, aroseHere) => {
    expect((await failureOf(words, contract)).code).toBe(code);
    expect(await counted()).toEqual([{ contract: contract.subject, code, value: 1 }]);
    expect((await requestMetrics.errors.get()).values).toEqual(aroseHere ? [{ labels: { code }, value: 1 }] : []);
  });

  it('leaves nothing in progress, however its requests end', async () => {
    await Promise.allSettled(['hello', 'fail', 'crash', 5].map((words) => bus.call(contract, { words } as Question)));
    expect((await requestMetrics.inProgress.get()).values).toEqual([{ labels: {}, value: 0 }]);
  });
});

describe('an unknown error', () => {
  it('leaves as INTERNAL without its text', async () => {
    const failure = await failureOf('crash');
    expect(failure.toWire()).toEqual({
      code: 'INTERNAL',
      message: 'The service failed; its log has the cause under this request id',
    });
  });

  it('is logged once, with its stack frames and without its message', async () => {
    await failureOf('crash');
    expect(logged).toHaveLength(1);
    const [line, ...rest] = logged[0] ?? [];
    expect(line).toMatchObject({ msg: 'A request failed by an unknown error', error: 'RangeError' });
    expect(rest.at(-1)).toBe('Handler');
    const { stack } = line as { stack: string[] };
    expect(stack[0]).toMatch(/^ {4}at .*handle\.decorator\.spec\.ts:\d+:\d+/);
    expect(JSON.stringify(logged)).not.toMatch(/hunter2|second line/);
  });

  it('that is no error is logged by its type', async () => {
    await failureOf('throw');
    expect(logged.map(([line]) => line)).toEqual([
      { msg: 'A request failed by an unknown error', error: 'string', stack: [] },
    ]);
  });

  it('is not confused with a ServiceError, which nobody logs', async () => {
    await failureOf('fail');
    expect(logged).toEqual([]);
  });
});

/** Handlers of the types of their contract compile; others do not, which the type check proves. */
class Handlers {
  @Handle(ask)
  same(question: Question): Answer {
    return answer(question);
  }

  @Handle(ask)
  promised(question: Question): Promise<Answer> {
    return Promise.resolve(answer(question));
  }

  @Handle(ask)
  withoutRequest(): Answer {
    return { words: '', length: 0 };
  }

  // @ts-expect-error a handler of another request class does not compile
  @Handle(ask)
  otherRequest({ other }: OtherMessage): Answer {
    return { words: String(other), length: 0 };
  }

  // @ts-expect-error a handler with another response class does not compile
  @Handle(ask)
  otherResponse(): OtherMessage {
    return { other: true };
  }

  // @ts-expect-error a handler that promises another response class does not compile
  @Handle(ask)
  otherPromise(): Promise<OtherMessage> {
    return Promise.resolve({ other: true });
  }

  // @ts-expect-error a handler that leaves out a field of the response does not compile
  @Handle(ask)
  incompleteResponse(): Pick<Answer, 'words'> {
    return { words: '' };
  }

  // @ts-expect-error a handler that may answer with nothing does not compile
  @Handle(ask)
  maybeNothing(): Answer | undefined {
    return undefined;
  }

  // @ts-expect-error a handler that needs more than the request holds does not compile
  @Handle(ask)
  narrowerRequest({ language }: NarrowQuestion): Answer {
    return { words: language, length: 0 };
  }

  // @ts-expect-error a handler that needs a second argument does not compile
  @Handle(ask)
  secondArgument(question: Question, times: number): Answer {
    return { words: question.words, length: times };
  }
}

it('a handler stays an ordinary method, to be called with what its types say', () => {
  expect(new Handlers().same({ words: 'hello' })).toEqual({ words: 'hello', length: 5 });
});
