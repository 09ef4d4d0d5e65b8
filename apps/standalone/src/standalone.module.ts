import { AnalogyModule } from '@sigmalang/analogy';
import { DecoderModule } from '@sigmalang/decoder';
import { EncoderModule } from '@sigmalang/encoder';
import { GATEWAY } from '@sigmalang/gateway';
import { NLP } from '@sigmalang/nlp';
import type { ProcessDescription } from '@sigmalang/runtime';
import { SEARCH } from '@sigmalang/search';
import { Module } from '@nestjs/common';

/** Every service in one process. */
@Module({ imports: [GATEWAY.module, EncoderModule, DecoderModule, NLP.module, AnalogyModule, SEARCH.module] })
class StandaloneModule {}

/** What a process needs to be all services at once. */
export const STANDALONE = {
  module: StandaloneModule,
  config: [...GATEWAY.config, ...NLP.config, ...SEARCH.config],
  http: GATEWAY.http,
} satisfies Partial<ProcessDescription>;
