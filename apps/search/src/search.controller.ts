import { search, SearchRequest, SearchResponse } from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { SearchService } from './search.service';

@Controller()
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Handle(search)
  search(request: SearchRequest): Promise<SearchResponse> {
    return this.service.search(request);
  }
}
