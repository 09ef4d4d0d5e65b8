import {
  explainAnalogy,
  ExplainAnalogyRequest,
  ExplainAnalogyResponse,
  findNeighbours,
  NeighboursRequest,
  NeighboursResponse,
  solveAnalogies,
  SolveAnalogiesRequest,
  SolveAnalogiesResponse,
} from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { AnalogyService } from './analogy.service';

@Controller()
export class AnalogyController {
  constructor(private readonly service: AnalogyService) {}

  @Handle(solveAnalogies)
  solve(request: SolveAnalogiesRequest): Promise<SolveAnalogiesResponse> {
    return this.service.solve(request);
  }

  @Handle(explainAnalogy)
  explain(request: ExplainAnalogyRequest): Promise<ExplainAnalogyResponse> {
    return this.service.explain(request);
  }

  @Handle(findNeighbours)
  neighbours(request: NeighboursRequest): Promise<NeighboursResponse> {
    return this.service.neighbours(request);
  }
}
