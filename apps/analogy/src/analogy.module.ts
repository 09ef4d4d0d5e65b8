import { Module } from '@nestjs/common';
import { AnalogyController } from './analogy.controller';
import { AnalogyService } from './analogy.service';

/** Solves and explains analogies, and finds the nearest words. */
@Module({ controllers: [AnalogyController], providers: [AnalogyService] })
export class AnalogyModule {}
