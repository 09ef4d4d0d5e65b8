import { InfoResponse } from '@sigmalang/contracts';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InfoService } from './info.service';
import { ApiConditional, Permitted } from './route.decorator';

/** What this installation is. */
@ApiTags('management')
@Controller('v1')
export class InfoController {
  constructor(private readonly service: InfoService) {}

  @Get('info')
  @Permitted('compute', { isStored: true })
  @ApiOperation({ summary: 'What this installation is and offers' })
  @ApiOkResponse({ type: InfoResponse })
  @ApiConditional()
  info(): Promise<InfoResponse> {
    return this.service.info();
  }
}
