import { embed, EmbedRequest, EmbedResponse, models, ModelsResponse } from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { NlpService } from './nlp.service';

@Controller()
export class NlpController {
  constructor(private readonly service: NlpService) {}

  @Handle(embed)
  embed(request: EmbedRequest): Promise<EmbedResponse> {
    return this.service.embed(request);
  }

  @Handle(models)
  models(): ModelsResponse {
    return this.service.models();
  }
}
