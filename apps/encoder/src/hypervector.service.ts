import {
  type BindRequest,
  type BundleRequest,
  type CleanupRequest,
  type CleanupResponse,
  type CompareRequest,
  type CompareResponse,
  type HypervectorOperand,
  type HypervectorResponse,
  type PermuteRequest,
  type UnbindRequest,
} from '@sigmalang/contracts';
import { DEFAULT_DIMENSIONS } from '@sigmalang/codec';
import { inTurns, readInput, reportVectorKernels, showVectorOperations, timeVectorOperation, timeVectorOperationInTurns } from '@sigmalang/runtime';
import {
  activeKernels,
  bind,
  bundle,
  fromBase64,
  hammingDistance,
  type Hypervector,
  ItemMemory,
  permute,
  symbolVector,
  toBase64,
  zeroVector,
} from '@sigmalang/vector';
import { Injectable } from '@nestjs/common';

/** The algebra of hypervectors on operands by name or by bits. */
@Injectable()
export class HypervectorService {
  constructor() {
    reportVectorKernels(activeKernels.name);
    showVectorOperations('bind', 'bundle', 'permute', 'unbind', 'compare', 'cleanup');
  }

  async bind({ operands, dimensions = DEFAULT_DIMENSIONS }: BindRequest): Promise<HypervectorResponse> {
    let bound = zeroVector(dimensions);
    await timeVectorOperationInTurns('bind', await read(operands, dimensions), (vector) => { bound = bind(bound, vector); });
    return answer(bound);
  }

  async bundle({ operands, dimensions = DEFAULT_DIMENSIONS }: BundleRequest): Promise<HypervectorResponse> {
    const vectors = await read(operands, dimensions);
    return answer(timeVectorOperation('bundle', () => bundle(vectors)));
  }

  permute({ vector, shift = 1, dimensions = DEFAULT_DIMENSIONS }: PermuteRequest): HypervectorResponse {
    const read = readOperand(vector, dimensions, 'vector');
    return answer(timeVectorOperation('permute', () => permute(read, shift)));
  }

  unbind({ vector, key, dimensions = DEFAULT_DIMENSIONS }: UnbindRequest): HypervectorResponse {
    const bound = readOperand(vector, dimensions, 'vector');
    const factor = readOperand(key, dimensions, 'key');
    return answer(timeVectorOperation('unbind', () => bind(bound, factor)));
  }

  compare({ a, b, dimensions = DEFAULT_DIMENSIONS }: CompareRequest): CompareResponse {
    const first = readOperand(a, dimensions, 'a');
    const second = readOperand(b, dimensions, 'b');
    const distance = timeVectorOperation('compare', () => hammingDistance(first, second));
    return { score: 1 - (2 * distance) / dimensions, distance, dimensions };
  }

  async cleanup({ vector, symbols, topK = 5, dimensions = DEFAULT_DIMENSIONS }: CleanupRequest): Promise<CleanupResponse> {
    const query = readOperand(vector, dimensions, 'vector');
    using memory = new ItemMemory(dimensions);
    await inTurns(symbols, (symbol) => { memory.add(symbol); });
    return { results: timeVectorOperation('cleanup', () => memory.nearest(query, topK)) };
  }
}

function answer(vector: Hypervector): HypervectorResponse {
  return { data: toBase64(vector), dimensions: vector.dimensions };
}

function read(operands: readonly HypervectorOperand[], dimensions: number): Promise<Hypervector[]> {
  return inTurns(operands.entries(), ([i, operand]) => readOperand(operand, dimensions, `operands[${i}]`));
}

/** The vector that an operand means; throws INVALID_REQUEST naming the field when its bits cannot be read. */
function readOperand({ symbol, data }: HypervectorOperand, dimensions: number, field: string): Hypervector {
  if (symbol !== undefined) return symbolVector(symbol, dimensions);
  return readInput(`${field}.data`, () => fromBase64(data ?? '', dimensions));
}
