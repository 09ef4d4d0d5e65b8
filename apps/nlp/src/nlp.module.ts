import type { ProcessDescription } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { NlpConfig } from './nlp.config';
import { NlpController } from './nlp.controller';
import { NlpService } from './nlp.service';

/** Understands text; for now, embeds it. */
@Module({ controllers: [NlpController], providers: [NlpService] })
export class NlpModule {}

/** What a process needs to be nlp. */
export const NLP = { module: NlpModule, config: [NlpConfig] } satisfies Partial<ProcessDescription>;
