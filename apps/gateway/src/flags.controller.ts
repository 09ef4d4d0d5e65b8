import { FlagsResponse } from '@sigmalang/contracts';
import { Flags } from '@sigmalang/runtime';
import { Controller, Get } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

/** Which features are on. */
@ApiTags('management')
@Controller('v1')
export class FlagsController {
  constructor(private readonly flags: Flags) {}

  @Get('flags')
  @RouteConfig({ permission: 'admin' })
  @ApiOperation({ summary: 'Which features are on, and for whom' })
  @ApiOkResponse({ type: FlagsResponse })
  list(): FlagsResponse {
    return this.flags.list();
  }
}
