import {
  encode,
  EncodeRequest,
  EncodeResponse,
  similarity,
  SimilarityRequest,
  SimilarityResponse,
} from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { EncoderService } from './encoder.service';
import { SimilarityService } from './similarity.service';

@Controller()
export class EncoderController {
  constructor(
    private readonly service: EncoderService,
    private readonly similarities: SimilarityService,
  ) {}

  @Handle(encode)
  encode(request: EncodeRequest): Promise<EncodeResponse> {
    return this.service.encode(request);
  }

  @Handle(similarity)
  similarity(request: SimilarityRequest): Promise<SimilarityResponse> {
    return this.similarities.similarity(request);
  }
}
