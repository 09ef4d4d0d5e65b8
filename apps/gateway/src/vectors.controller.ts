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
import { Bus } from '@sigmalang/runtime';
import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from './route.decorator';

const king = { symbol: 'king' };
const queen = { symbol: 'queen' };

/** The algebra of hypervectors. */
@ApiTags('vectors')
@Controller('v1/vectors')
export class VectorsController {
  constructor(private readonly bus: Bus) {}

  @Route('bind', bindHypervectors, {
    permission: 'compute',
    isCached: true,
    summary: 'Bind hypervectors: exclusive or, its own inverse',
    example: { operands: [king, queen] },
    isLarge: true,
  })
  bind(@Body() request: BindRequest): Promise<HypervectorResponse> {
    return this.bus.call(bindHypervectors, request);
  }

  @Route('bundle', bundleHypervectors, {
    permission: 'compute',
    isCached: true,
    summary: 'Bundle hypervectors: majority of each bit',
    example: { operands: [king, queen, { symbol: 'jack' }] },
    isLarge: true,
  })
  bundle(@Body() request: BundleRequest): Promise<HypervectorResponse> {
    return this.bus.call(bundleHypervectors, request);
  }

  @Route('permute', permuteHypervector, {
    permission: 'compute',
    isCached: true,
    summary: 'Permute a hypervector: rotation',
    example: { vector: king, shift: 1 },
    isLarge: true,
  })
  permute(@Body() request: PermuteRequest): Promise<HypervectorResponse> {
    return this.bus.call(permuteHypervector, request);
  }

  @Route('unbind', unbindHypervector, {
    permission: 'compute',
    isCached: true,
    summary: 'Take a factor out of a bound hypervector',
    example: { vector: king, key: queen },
    isLarge: true,
  })
  unbind(@Body() request: UnbindRequest): Promise<HypervectorResponse> {
    return this.bus.call(unbindHypervector, request);
  }

  @Route('similarity', compareHypervectors, {
    permission: 'compute',
    isCached: true,
    summary: 'Compare two hypervectors by Hamming distance',
    example: { a: king, b: queen },
    isLarge: true,
  })
  similarity(@Body() request: CompareRequest): Promise<CompareResponse> {
    return this.bus.call(compareHypervectors, request);
  }

  @Route('cleanup', cleanupHypervector, {
    permission: 'compute',
    isCached: true,
    summary: 'Find the names whose vectors are nearest to a noisy one',
    example: { vector: king, symbols: ['queen', 'king', 'jack'], topK: 2 },
    isLarge: true,
  })
  cleanup(@Body() request: CleanupRequest): Promise<CleanupResponse> {
    return this.bus.call(cleanupHypervector, request);
  }
}
