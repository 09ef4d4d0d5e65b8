import { ServiceError } from '@sigmalang/contracts';
import { BaseConfig, HealthModule, type HttpSurface, type ProcessDescription } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnalogiesController } from './analogies.controller';
import { AnalogiesService } from './analogies.service';
import { serveApiDocumentation } from './api-documentation';
import { CoreController } from './core.controller';
import { CoreService } from './core.service';
import { EmbeddingsController } from './embeddings.controller';
import { EmbeddingsService } from './embeddings.service';
import { GatewayConfig } from './gateway.config';
import { acceptOnlyJson, contextOf, trackRequests } from './http-requests';
import { InfoController } from './info.controller';
import { InfoService } from './info.service';
import { LexiconController } from './lexicon.controller';
import { ProblemFilter, sendProblem } from './problem.filter';
import { RecordsController } from './records.controller';
import { VectorsController } from './vectors.controller';

/** The REST surface: it asks the services and answers in HTTP. */
@Module({
  imports: [HealthModule],
  controllers: [
    CoreController,
    VectorsController,
    EmbeddingsController,
    AnalogiesController,
    RecordsController,
    LexiconController,
    InfoController,
  ],
  providers: [CoreService, EmbeddingsService, AnalogiesService, InfoService, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class GatewayModule {}

const http: HttpSurface = {
  port: (config) => config.get(GatewayConfig).port,
  adapter: (config) => {
    const { requestTimeoutMs } = config.get(BaseConfig);
    const { maxBodyBytes, maxVectorBodyBytes } = config.get(GatewayConfig);
    const adapter = new FastifyAdapter({
      bodyLimit: maxBodyBytes,
      requestTimeout: requestTimeoutMs,
      logger: false,
      frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
        request.opened = contextOf(request, requestTimeoutMs);
        void reply.headers({ 'x-request-id': request.opened.requestId, 'server-timing': 'total;dur=0.0' });
        sendProblem(new ServiceError('INVALID_REQUEST', 'The URL is malformed'), request, reply);
      },
    });
    const fastify = adapter.getInstance();
    acceptOnlyJson(fastify);
    trackRequests(fastify, requestTimeoutMs);
    fastify.addHook('onRoute', (route) => {
      if (route.config?.carriesVectors) route.bodyLimit = maxVectorBodyBytes;
    });
    return adapter;
  },
  prepare: serveApiDocumentation,
};

/** What a process needs to be a gateway. */
export const GATEWAY = { module: GatewayModule, config: [GatewayConfig], http } satisfies Partial<ProcessDescription>;

export { Route } from './route.decorator';
