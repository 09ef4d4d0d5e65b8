import {
  DecodeResponse,
  RestDecodeRequest,
  RestEncodeRequest,
  RestEncodeResponse,
  RestSimilarityRequest,
  SimilarityResponse,
} from '@sigmalang/contracts';
import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CoreService } from './core.service';
import { Route } from './route.decorator';

/** Text to Σ-vectors, back, and how alike they are. */
@ApiTags('core')
@Controller('v1')
export class CoreController {
  constructor(private readonly service: CoreService) {}

  @Route(
    'encode',
    { request: RestEncodeRequest, response: RestEncodeResponse },
    { permission: 'compute', isCached: true, summary: 'Turn texts into Σ-vectors', example: { text: 'The quick brown fox' } },
  )
  encode(@Body() request: RestEncodeRequest): Promise<RestEncodeResponse> {
    return this.service.encode(request);
  }

  @Route(
    'decode',
    { request: RestDecodeRequest, response: DecodeResponse },
    { permission: 'compute', isCached: true, summary: 'Turn Σ-vectors back into the exact text', isLarge: true },
  )
  decode(@Body() request: RestDecodeRequest): Promise<DecodeResponse> {
    return this.service.decode(request);
  }

  @Route(
    'similarity',
    { request: RestSimilarityRequest, response: SimilarityResponse },
    {
      permission: 'compute',
      isCached: true,
      summary: 'Compare texts or Σ-vectors by meaning',
      example: { a: 'A man is playing a guitar', b: 'Someone plays an instrument' },
    },
  )
  similarity(@Body() request: RestSimilarityRequest): Promise<SimilarityResponse> {
    return this.service.similarity(request);
  }
}
