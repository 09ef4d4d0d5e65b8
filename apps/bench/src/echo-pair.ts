import { GATEWAY, Route } from '@sigmalang/gateway';
import { Bus, Handle, run } from '@sigmalang/runtime';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { RouteConfig } from '@nestjs/platform-fastify';
import { echo, EchoRequest, EchoResponse, echoUnseen } from './echo.contract';

@Controller()
class EchoGatewayController {
  constructor(private readonly bus: Bus) {}

  @Route('echo', echo, { permission: 'compute', summary: 'Answer what is asked' })
  echo(@Body() request: EchoRequest): Promise<EchoResponse> {
    return this.bus.call(echo, request);
  }

  @Post('unseen')
  @HttpCode(200)
  @RouteConfig({ permission: 'compute' })
  unseen(@Body() request: object): Promise<object> {
    return this.bus.call(echoUnseen, request);
  }
}

@Module({ imports: [GATEWAY.module], controllers: [EchoGatewayController] })
class EchoGatewayModule {}

@Controller()
class EchoController {
  @Handle(echo)
  echo({ text }: EchoRequest): EchoResponse {
    return { text };
  }

  @MessagePattern(echoUnseen.subject)
  unseen(request: object): object {
    return request;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

/** Our gateway, HTTP side and bus, before one echo route with validation and one without. */
export function runEchoGateway(): Promise<void> {
  return run({ ...GATEWAY, name: 'echo-gateway', transport: 'nats', module: EchoGatewayModule });
}

/** Our service, with the handlers of both routes. */
export function runEchoService(): Promise<void> {
  return run({ name: 'echo', transport: 'nats', module: EchoModule });
}
