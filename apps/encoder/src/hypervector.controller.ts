import {
  bindHypervectors,
  BindRequest,
  bundleHypervectors,
  BundleRequest,
  cleanupHypervector,
  CleanupRequest,
  CleanupResponse,
  compareHypervectors,
  CompareRequest,
  CompareResponse,
  HypervectorResponse,
  permuteHypervector,
  PermuteRequest,
  unbindHypervector,
  UnbindRequest,
} from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { HypervectorService } from './hypervector.service';

@Controller()
export class HypervectorController {
  constructor(private readonly service: HypervectorService) {}

  @Handle(bindHypervectors)
  bind(request: BindRequest): Promise<HypervectorResponse> {
    return this.service.bind(request);
  }

  @Handle(bundleHypervectors)
  bundle(request: BundleRequest): Promise<HypervectorResponse> {
    return this.service.bundle(request);
  }

  @Handle(permuteHypervector)
  permute(request: PermuteRequest): HypervectorResponse {
    return this.service.permute(request);
  }

  @Handle(unbindHypervector)
  unbind(request: UnbindRequest): HypervectorResponse {
    return this.service.unbind(request);
  }

  @Handle(compareHypervectors)
  compare(request: CompareRequest): CompareResponse {
    return this.service.compare(request);
  }

  @Handle(cleanupHypervector)
  cleanup(request: CleanupRequest): Promise<CleanupResponse> {
    return this.service.cleanup(request);
  }
}
