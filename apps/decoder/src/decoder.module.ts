import { TextCodec, Vocabulary } from '@sigmalang/codec';
import { BaseConfig, programAssets } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { DecoderController } from './decoder.controller';
import { DecoderService } from './decoder.service';

const codec = {
  provide: TextCodec,
  inject: [BaseConfig],
  useFactory: ({ modelDir }: BaseConfig) =>
    new TextCodec(Vocabulary.load(join(modelDir ?? programAssets(), 'vocabulary/o200k.bin'))),
};

/** Σ-vectors back to text. */
@Module({ controllers: [DecoderController], providers: [codec, DecoderService] })
export class DecoderModule {}
