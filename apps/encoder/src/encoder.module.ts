import { TextCodec, Vocabulary } from '@sigmalang/codec';
import { BaseConfig, programAssets } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { EmbeddingClient } from './embedding-client';
import { EncoderController } from './encoder.controller';
import { EncoderService } from './encoder.service';
import { HypervectorController } from './hypervector.controller';
import { HypervectorService } from './hypervector.service';
import { SimilarityService } from './similarity.service';

const codec = {
  provide: TextCodec,
  inject: [BaseConfig],
  useFactory: ({ modelDir }: BaseConfig) =>
    new TextCodec(Vocabulary.load(join(modelDir ?? programAssets(), 'vocabulary/o200k.bin'))),
};

/** Text to Σ-vectors, their similarity, and the algebra of hypervectors. */
@Module({
  controllers: [EncoderController, HypervectorController],
  providers: [codec, EmbeddingClient, EncoderService, SimilarityService, HypervectorService],
})
export class EncoderModule {}
