import { Module } from '@nestjs/common';
import { DecoderController } from './decoder.controller';
import { DecoderService } from './decoder.service';

/** Σ-vectors back to text. */
@Module({ controllers: [DecoderController], providers: [DecoderService] })
export class DecoderModule {}
