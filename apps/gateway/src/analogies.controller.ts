import {
  explainAnalogy,
  ExplainAnalogyRequest,
  ExplainAnalogyResponse,
  RestSolveAnalogyRequest,
  SolveAnalogiesResponse,
  SolvedAnalogy,
} from '@sigmalang/contracts';
import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AnalogiesService } from './analogies.service';
import { Route } from './route.decorator';

/** Analogies of words: what completes them, and whether they hold. */
@ApiTags('analogies')
@Controller('v1/analogies')
export class AnalogiesController {
  constructor(private readonly service: AnalogiesService) {}

  @Route(
    'solve',
    { request: RestSolveAnalogyRequest, response: SolvedAnalogy, otherResponse: SolveAnalogiesResponse },
    { permission: 'compute', isCached: true, summary: 'Find the word that completes an analogy, or each of several', example: { query: 'France:Paris::Japan:?' } },
  )
  solve(@Body() request: RestSolveAnalogyRequest): Promise<SolvedAnalogy | SolveAnalogiesResponse> {
    return this.service.solve(request);
  }

  @Route('explain', explainAnalogy, {
    permission: 'compute',
    isCached: true,
    summary: 'Tell whether an analogy holds, and why',
    example: { a: 'France', b: 'Paris', c: 'Japan', d: 'Tokyo' },
  })
  explain(@Body() request: ExplainAnalogyRequest): Promise<ExplainAnalogyResponse> {
    return this.service.explain(request);
  }
}
