import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsInt,
  IsString,
  Max,
  Min,
} from 'class-validator';
import { defineContract } from '../contract';
import { AtMostVectors, IsNested, IsSymbol, IsUnique, NotTogetherWith, Optional, RequiredUnless } from '../rules';

/** A hypervector, by its name or by its bits. */
export class HypervectorOperand {
  /** Name whose seeded vector is meant; either this or `data`. */
  @RequiredUnless('data')
  @IsSymbol()
  symbol?: string;

  /** Bits, packed low bit first, in base64: ⌈dimensions / 8⌉ bytes, spare bits zero; either this or `symbol`. */
  @RequiredUnless('symbol')
  @NotTogetherWith('symbol')
  @IsString()
  data?: string;
}

/** What every operation on hypervectors states. */
export class HypervectorRequest {
  /** Bits of each vector, 1,024 to 65,536. */
  @Optional()
  @IsInt()
  @Min(1024)
  @Max(65536)
  dimensions?: number = 10000;
}

/** Two or more vectors to bind. */
export class BindRequest extends HypervectorRequest {
  /** The vectors, two or more. */
  @AtMostVectors()
  @ArrayMinSize(2)
  @IsNested(() => HypervectorOperand, { each: true })
  operands!: HypervectorOperand[];
}

/** A vector to take one of its factors out of. */
export class UnbindRequest extends HypervectorRequest {
  /** The bound vector. */
  @IsNested(() => HypervectorOperand)
  vector!: HypervectorOperand;

  /** The factor to take out. */
  @IsNested(() => HypervectorOperand)
  key!: HypervectorOperand;
}

/** A vector to rotate. */
export class PermuteRequest extends HypervectorRequest {
  /** The vector. */
  @IsNested(() => HypervectorOperand)
  vector!: HypervectorOperand;

  /** Places by which every bit moves up, wrapping round; negative moves down. */
  @Optional()
  @IsInt()
  @Min(-65536)
  @Max(65536)
  shift?: number = 1;
}

/** Two vectors to compare. */
export class CompareRequest extends HypervectorRequest {
  /** The one vector. */
  @IsNested(() => HypervectorOperand)
  a!: HypervectorOperand;

  /** The other vector. */
  @IsNested(() => HypervectorOperand)
  b!: HypervectorOperand;
}

/** A vector and the names it may stand for. */
export class CleanupRequest extends HypervectorRequest {
  /** The vector, noisy perhaps. */
  @IsNested(() => HypervectorOperand)
  vector!: HypervectorOperand;

  /** Names whose vectors are compared with it. */
  @AtMostVectors()
  @IsUnique()
  @IsSymbol({ each: true })
  symbols!: string[];

  /** How many of the nearest names to answer with, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  topK?: number = 5;
}

/** Vectors to bundle. */
export class BundleRequest extends HypervectorRequest {
  /** The vectors. */
  @AtMostVectors()
  @IsNested(() => HypervectorOperand, { each: true })
  operands!: HypervectorOperand[];
}

/** A hypervector that was made. */
export class HypervectorResponse {
  /** Bits, packed low bit first, in base64. */
  data!: string;

  /** Bits of the vector. */
  dimensions!: number;
}

/** How alike two hypervectors are. */
export class CompareResponse {
  /** 1 - 2 · distance / dimensions: 1 for equal vectors, about 0 for unrelated ones, -1 for opposite ones. */
  score!: number;

  /** Hamming distance: bits that differ. */
  distance!: number;

  /** Bits of each vector. */
  dimensions!: number;
}

/** A name and how near its vector is. */
export class NearestSymbol {
  /** The name. */
  symbol!: string;

  /** Similarity of its vector to the one asked about, -1 to 1. */
  similarity!: number;
}

/** The nearest names, best first. */
export class CleanupResponse {
  /** The nearest names, best first. */
  @Type(() => NearestSymbol)
  results!: NearestSymbol[];
}

/** Binds hypervectors: exclusive or, its own inverse. */
export const bindHypervectors = defineContract({
  subject: 'encoder.v1.bind',
  request: BindRequest,
  response: HypervectorResponse,
  isIdempotent: true,
});

/** Bundles hypervectors: majority of each bit, ties broken by a seeded vector. */
export const bundleHypervectors = defineContract({
  subject: 'encoder.v1.bundle',
  request: BundleRequest,
  response: HypervectorResponse,
  isIdempotent: true,
});

/** Permutes a hypervector: rotation. */
export const permuteHypervector = defineContract({
  subject: 'encoder.v1.permute',
  request: PermuteRequest,
  response: HypervectorResponse,
  isIdempotent: true,
});

/** Takes a factor out of a bound hypervector. */
export const unbindHypervector = defineContract({
  subject: 'encoder.v1.unbind',
  request: UnbindRequest,
  response: HypervectorResponse,
  isIdempotent: true,
});

/** Compares two hypervectors by Hamming distance. */
export const compareHypervectors = defineContract({
  subject: 'encoder.v1.compare',
  request: CompareRequest,
  response: CompareResponse,
  isIdempotent: true,
});

/** Finds the names whose vectors are nearest to a noisy one. */
export const cleanupHypervector = defineContract({
  subject: 'encoder.v1.cleanup',
  request: CleanupRequest,
  response: CleanupResponse,
  isIdempotent: true,
});
