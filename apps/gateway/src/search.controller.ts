import { RestSearchRequest, SearchResponse } from '@sigmalang/contracts';
import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from './route.decorator';
import { SearchService } from './search.service';

const corpus = [
  { id: 'cats', text: 'Cats sleep for most of the day.', metadata: { animal: 'cat', year: 2024 } },
  { id: 'dogs', text: 'Dogs want to be walked twice a day.', metadata: { animal: 'dog', year: 2023 } },
  'A car needs fuel.',
];

/** Search in what is kept, and in texts of the request itself. */
@ApiTags('search')
@Controller('v1')
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Route('search', { request: RestSearchRequest, response: SearchResponse }, {
    permission: 'compute',
    summary: 'Search a collection, or the texts of the request, by words, by meaning or by both',
    example: { query: 'walk the dog', corpus, topK: 2 },
    failures: [404],
  })
  search(@Body() request: RestSearchRequest): Promise<SearchResponse> {
    return this.service.search(request);
  }
}
