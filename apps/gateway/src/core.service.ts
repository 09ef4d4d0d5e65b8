import type { DecodeResponse, RestDecodeRequest, RestEncodeRequest, RestEncodeResponse, RestSimilarityRequest, SimilarityResponse } from '@sigmalang/contracts';
import { Injectable } from '@nestjs/common';
@Injectable()
export class CoreService {
  encode(_r: RestEncodeRequest): Promise<RestEncodeResponse> { throw new Error(); }
  decode(_r: RestDecodeRequest): Promise<DecodeResponse> { throw new Error(); }
  similarity(_r: RestSimilarityRequest): Promise<SimilarityResponse> { throw new Error(); }
}
