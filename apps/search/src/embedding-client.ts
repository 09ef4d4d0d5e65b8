import { embed, type EmbeddingModel, models, say, ServiceError } from '@sigmalang/contracts';
import { Bus } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';

/** Texts, and characters of them, that go to nlp at once. */
const GROUP_TEXTS = 64;
const GROUP_CHARACTERS = 65_536;

/** Asks nlp for embeddings, and which models it has. */
@Injectable()
export class EmbeddingClient {
  constructor(private readonly bus: Bus) {}

  /** The models that are loaded, that of the installation first; `timeoutMs` as for {@link embed}. */
  async models(timeoutMs?: number): Promise<readonly EmbeddingModel[]> {
    return (await this.bus.call(models, {}, timeoutMs)).embeddings;
  }

  /**
   * Unit-length embeddings of texts by a model, all zero where a text has no content. Throws UNPROCESSABLE where nlp has another model, and
   * as the bus does.
   *
   * @param timeoutMs how long nlp may take, in milliseconds, if not as long as any call
   */
  async embed(texts: readonly string[], model?: string, timeoutMs?: number): Promise<Float32Array[]> {
    const replies = await Promise.all(groupsOf(texts).map((group) => this.embedGroup(group, model, timeoutMs)));
    return replies.flat();
  }

  private async embedGroup(texts: string[], model: string | undefined, timeoutMs: number | undefined): Promise<Float32Array[]> {
    const { embeddings } = await this.bus.call(embed, { texts, model }, timeoutMs).catch((error: unknown) => {
      const isOtherModel = error instanceof ServiceError && error.errors.some(({ field }) => field === 'model');
      throw isOtherModel ? modelNotLoaded(model) : error;
    });
    return embeddings.map(({ data }) => unpack(data));
  }
}

/** In the place of an embedding that nlp did not give: throws. */
export function missingEmbedding(): never {
  throw new Error('nlp gave fewer embeddings than there are texts');
}

function modelNotLoaded(model = ''): ServiceError {
  return new ServiceError(
    'UNPROCESSABLE',
    say`The collection's embeddings are of model ${model}, which is not loaded: load it, or give the collection another model`,
  );
}

function groupsOf(texts: readonly string[]): string[][] {
  const groups: string[][] = [];
  let characters = Infinity;
  for (const text of texts) {
    const last = groups.at(-1);
    if (last && last.length < GROUP_TEXTS && characters + text.length <= GROUP_CHARACTERS) {
      last.push(text);
      characters += text.length;
    } else {
      groups.push([text]);
      characters = text.length;
    }
  }
  return groups;
}

function unpack(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}
