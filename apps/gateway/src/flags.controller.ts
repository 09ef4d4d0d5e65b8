import { FlagsResponse } from '@sigmalang/contracts';
import { Flags } from '@sigmalang/runtime';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Permitted } from './route.decorator';

/** Which features are on. */
@ApiTags('management')
@Controller('v1')
export class FlagsController {
  constructor(private readonly flags: Flags) {}

  @Get('flags')
  @Permitted('admin')
  @ApiOperation({ summary: 'Which features are on, and for whom' })
  @ApiOkResponse({ type: FlagsResponse })
  list(): FlagsResponse {
    return this.flags.list();
  }
}
