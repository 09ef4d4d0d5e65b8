import {
  EmbeddingsRequest,
  EmbeddingsResponse,
  OpenAiEmbeddingsRequest,
  OpenAiEmbeddingsResponse,
} from '@sigmalang/contracts';
import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EmbeddingsService } from './embeddings.service';
import { Route } from './route.decorator';

/** Embeddings of texts, in our own dialect and in that of OpenAI's clients. */
@ApiTags('nlp')
@Controller('v1')
export class EmbeddingsController {
  constructor(private readonly service: EmbeddingsService) {}

  @Route(
    'nlp/embeddings',
    { request: EmbeddingsRequest, response: EmbeddingsResponse },
    { permission: 'compute', isCached: true, summary: 'Embed texts', example: { input: ['A man is playing a guitar'] } },
  )
  embeddings(@Body() request: EmbeddingsRequest): Promise<EmbeddingsResponse> {
    return this.service.embeddings(request);
  }

  @Route(
    'embeddings',
    { request: OpenAiEmbeddingsRequest, response: OpenAiEmbeddingsResponse },
    { permission: 'compute', isCached: true, summary: "Embed texts, for clients of OpenAI's API", example: { input: 'A man is playing a guitar' } },
  )
  openAiEmbeddings(@Body() request: OpenAiEmbeddingsRequest): Promise<OpenAiEmbeddingsResponse> {
    return this.service.openAiEmbeddings(request);
  }
}
