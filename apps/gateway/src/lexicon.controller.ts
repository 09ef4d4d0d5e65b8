import { findNeighbours, NeighboursRequest, NeighboursResponse } from '@sigmalang/contracts';
import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AnalogiesService } from './analogies.service';
import { Route } from './route.decorator';

/** What the lexicon knows of words. */
@ApiTags('lexicon')
@Controller('v1/lexicon')
export class LexiconController {
  constructor(private readonly service: AnalogiesService) {}

  @Route('neighbours', findNeighbours, {
    permission: 'compute',
    isCached: true,
    summary: 'Find the nearest words of a word, or of each of several',
    example: { word: 'king', topK: 3 },
  })
  neighbours(@Body() request: NeighboursRequest): Promise<NeighboursResponse> {
    return this.service.neighbours(request);
  }
}
