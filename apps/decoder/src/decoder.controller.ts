import { decode, DecodeRequest, DecodeResponse } from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { DecoderService } from './decoder.service';

@Controller()
export class DecoderController {
  constructor(private readonly service: DecoderService) {}

  @Handle(decode)
  decode(request: DecodeRequest): Promise<DecodeResponse> {
    return this.service.decode(request);
  }
}
