import type { EmbedRequest, EmbedResponse, ModelsResponse } from '@sigmalang/contracts';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Msg } from 'nats';
import { atTheEnd } from './teardown';

/** A model that sums a vector for each word, which depends on the model's name and the word alone. */
export interface MadeModel {
  readonly id: string;
  readonly dimensions: number;
}

/** Answers in the place of nlp, with models whose embeddings anyone can compute, and as slowly as it is told to. */
export class NlpStandIn {
  /** How long a call takes, in milliseconds. */
  delayMs = 0;
  /** Texts that were embedded, by model. */
  readonly embedded = new Map<string, number>();

  /** Subjects who had texts embedded, by model. */
  readonly askers = new Map<string, Set<string>>();

  /** @param models those that are loaded, the one that answers where none is asked for first; to be changed as a new nlp would */
  private constructor(public models: readonly MadeModel[]) {}

  /** Begins to answer. */
  static async start(url: string, models: readonly MadeModel[]): Promise<NlpStandIn> {
    const connection = await connect({ servers: url });
    const standIn = new NlpStandIn(models);
    const answer = (subject: string, reply: (data: unknown, subject: string) => unknown): void => {
      connection.subscribe(subject, { queue: 'nlp', callback: (_error, message) => void standIn.answer(message, reply) });
    };
    answer('nlp.v1.ping', () => ({ service: 'nlp', ready: true }));
    answer('nlp.v1.models', () => standIn.listed());
    answer('nlp.v1.embed', (request, asker) => standIn.embed(request as EmbedRequest, asker));
    await connection.flush();
    atTheEnd(() => connection.close());
    return standIn;
  }

  private async answer(message: Msg, reply: (data: unknown, subject: string) => unknown): Promise<void> {
    const { id, data } = JSON.parse(Buffer.from(message.data).toString()) as { id: string; data: unknown };
    const { subject } = JSON.parse(message.headers?.get('Sigma-Identity') || '{"subject":"nobody"}') as { subject: string };
    message.respond(JSON.stringify({ id, isDisposed: true, response: await reply(data, subject) }));
  }

  private listed(): ModelsResponse {
    return { embeddings: this.models.map((model) => ({ ...model, words: 1_000 })) };
  }

  private async embed({ texts, model: id }: EmbedRequest, asker: string): Promise<EmbedResponse> {
    const model = id === undefined ? this.models[0] : this.models.find((each) => each.id === id);
    if (!model) throw new Error(`asked for model ${id ?? ''}`);
    if (this.delayMs > 0) await sleep(this.delayMs);
    this.askers.set(model.id, (this.askers.get(model.id) ?? new Set()).add(asker));
    this.embedded.set(model.id, (this.embedded.get(model.id) ?? 0) + texts.length);
    const embeddings = texts.map((text) => {
      const { buffer } = madeEmbedding(model, text);
      return { data: Buffer.from(buffer).toString('base64'), tokens: text.split(' ').length };
    });
    return { embeddings, model: model.id, dimensions: model.dimensions };
  }
}

/** Unit-length embedding of a text. */
export function madeEmbedding(model: MadeModel, text: string): Float32Array<ArrayBuffer> {
  const sum = new Float32Array(model.dimensions);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    wordVector(model, word).forEach((value, i) => { sum[i] = (sum[i] ?? 0) + value; });
  }
  const length = Math.hypot(...sum);
  return length === 0 ? sum : sum.map((value) => value / length);
}

const vectors = new Map<string, readonly number[]>();

function wordVector({ id, dimensions }: MadeModel, word: string): readonly number[] {
  const key = `${id}/${word}`;
  const known = vectors.get(key);
  if (known) return known;
  const bytes = createHash('shake256', { outputLength: dimensions }).update(key).digest();
  const vector = Array.from(bytes, (byte) => byte / 127.5 - 1);
  vectors.set(key, vector);
  return vector;
}

/** Cosine of the embeddings of two texts. */
export function madeCosine(model: MadeModel, one: string, other: string): number {
  const [a, b] = [madeEmbedding(model, one), madeEmbedding(model, other)];
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
