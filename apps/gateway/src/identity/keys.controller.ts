import { CreateKeyRequest, CreateKeyResponse, KeyRequest, KeyResponse, ListKeysResponse, RestListKeysRequest } from '@sigmalang/contracts';
import { Body, Controller, Header, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from '../route.decorator';
import { KeysService } from './keys.service';

/** Keys of callers. */
@ApiTags('management')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly service: KeysService) {}

  @Route(
    '',
    { request: CreateKeyRequest, response: CreateKeyResponse },
    { permission: 'admin', summary: 'Make a key, which is shown this once', example: { name: 'Nightly import', role: 'developer' } },
  )
  @Header('cache-control', 'no-store')
  create(@Body() request: CreateKeyRequest): Promise<CreateKeyResponse> {
    return this.service.create(request);
  }

  @Route('', { request: RestListKeysRequest, response: ListKeysResponse }, { method: 'GET', permission: 'admin', summary: 'List the keys, the youngest first' })
  @Header('cache-control', 'no-store')
  list(@Query() request: RestListKeysRequest): Promise<ListKeysResponse> {
    return this.service.list(request);
  }

  @Route(':id', { request: KeyRequest, response: KeyResponse }, { method: 'DELETE', permission: 'admin', summary: 'Revoke a key, everywhere within two seconds', failures: [404] })
  @Header('cache-control', 'no-store')
  revoke(@Param() { id }: KeyRequest): Promise<KeyResponse> {
    return this.service.revoke(id);
  }
}
