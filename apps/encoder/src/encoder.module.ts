import { Module } from '@nestjs/common';
import { EmbeddingClient } from './embedding-client';
import { EncoderController } from './encoder.controller';
import { EncoderService } from './encoder.service';
import { HypervectorController } from './hypervector.controller';
import { HypervectorService } from './hypervector.service';
import { SemanticSegments } from './semantic-segments';
import { SimilarityService } from './similarity.service';

/** Text to Σ-vectors, their similarity, and the algebra of hypervectors. */
@Module({
  controllers: [EncoderController, HypervectorController],
  providers: [EmbeddingClient, SemanticSegments, EncoderService, SimilarityService, HypervectorService],
})
export class EncoderModule {}
