import { problemOf, type Reply, type RestClient } from './rest-client';

/** A kind of request and what its answer must be. */
export interface Question {
  readonly name: string;
  /** Asks for the n-th time. */
  ask(rest: RestClient, n: number): Promise<Reply>;
  /** Fails when an answer of 200 is not the right one. */
  check(reply: Reply, n: number): void;
}

/** What became of a request. */
export interface Asked {
  readonly question: string;
  readonly gateway: number;
  /** Its number among those of its question. */
  readonly n: number;
  /** When its answer was there, in milliseconds of `performance.now()`. */
  readonly endedAt: number;
  /** Absent where the connection failed. */
  readonly reply?: Reply;
}

/** How long a loop that was refused waits, so that refusals do not become the load. */
const PAUSE_MS = 20;

/** Loops that ask several gateways the same questions over and over. */
export class LoadUnderTest {
  readonly asked: Asked[] = [];
  private readonly counts = new Map<string, number>();
  private isStopped = false;
  private readonly loops: Promise<unknown>;

  /** @param loops how many ask each question of each gateway */
  constructor(gateways: readonly RestClient[], private readonly questions: readonly Question[], loops = 1) {
    const each = Array.from({ length: loops }, () => gateways.flatMap((rest, gateway) => questions.map((question) => this.loop(rest, gateway, question))));
    this.loops = Promise.all(each.flat());
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.loops;
  }

  /** Fails unless every answer was the right one, or a problem that says that something is not there. */
  check(): void {
    for (const { question: name, n, reply } of this.asked) {
      expect({ name, isAnswered: reply !== undefined }).toEqual({ name, isAnswered: true });
      if (!reply) continue;
      if (reply.status === 200) {
        this.questions.find((question) => question.name === name)?.check(reply, n);
        continue;
      }
      const { code, status } = problemOf(reply);
      expect([{ status: 503, code: 'UNAVAILABLE' }, { status: 504, code: 'TIMEOUT' }]).toContainEqual({ status, code });
    }
  }

  /** How many answers of a time were 200, and how many were not. */
  between(from: number, to: number): { readonly good: number; readonly refused: number } {
    const then = this.asked.filter(({ endedAt }) => endedAt >= from && endedAt < to);
    const good = then.filter(({ reply }) => reply?.status === 200).length;
    return { good, refused: then.length - good };
  }

  private async loop(rest: RestClient, gateway: number, question: Question): Promise<void> {
    while (!this.isStopped) {
      const n = this.counts.get(question.name) ?? 0;
      this.counts.set(question.name, n + 1);
      const reply = await question.ask(rest, n).catch(() => undefined);
      this.asked.push({ question: question.name, gateway, n, endedAt: performance.now(), ...(reply && { reply }) });
      if (reply?.status !== 200) await new Promise((wake) => setTimeout(wake, PAUSE_MS));
    }
  }
}
