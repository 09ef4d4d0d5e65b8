import { CreateTokenRequest, RefreshTokenRequest, RevokeTokenResponse, TokenResponse } from '@sigmalang/contracts';
import { Body, Controller, createParamDecorator, type ExecutionContext, Header, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../front-door';
import { Route } from '../route.decorator';
import { TokensService } from './tokens.service';

/** Who asks. */
const From = createParamDecorator((_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>().caller);

const example = { refreshToken: 'rt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };

/** Short-lived tokens in the place of keys. */
@ApiTags('management')
@Controller('v1/auth')
export class TokensController {
  constructor(private readonly service: TokensService) {}

  @Route(
    'token',
    { request: CreateTokenRequest, response: TokenResponse },
    { permission: 'self', hasNoBody: true, summary: 'Get a short-lived access token, and a refresh token, for the key that the request is made with' },
  )
  @Header('cache-control', 'no-store')
  create(@Query() _request: CreateTokenRequest, @From() caller: Caller): Promise<TokenResponse> {
    return this.service.create(caller);
  }

  @Route(
    'refresh',
    { request: RefreshTokenRequest, response: TokenResponse },
    { permission: 'public', summary: 'Get the next tokens for a refresh token, which is used up; using one twice ends its session', example },
  )
  @Header('cache-control', 'no-store')
  refresh(@Body() { refreshToken }: RefreshTokenRequest): Promise<TokenResponse> {
    return this.service.refresh(refreshToken);
  }

  @Route(
    'revoke',
    { request: RefreshTokenRequest, response: RevokeTokenResponse },
    { permission: 'public', summary: 'End the session that a refresh token is of, with all its tokens', example },
  )
  @Header('cache-control', 'no-store')
  revoke(@Body() { refreshToken }: RefreshTokenRequest): Promise<RevokeTokenResponse> {
    return this.service.revoke(refreshToken);
  }
}
