import { Module } from '@nestjs/common';
import { AnalogyController } from './analogy.controller';
import { AnalogyService } from './analogy.service';
import { RecordStore } from './records/record-store';
import { RecordsController } from './records/records.controller';
import { RecordsService } from './records/records.service';

/** Solves and explains analogies, finds the nearest words, and answers analogies between records. */
@Module({ controllers: [AnalogyController, RecordsController], providers: [AnalogyService, RecordsService, RecordStore] })
export class AnalogyModule {}
