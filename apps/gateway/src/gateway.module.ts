import { LONGEST_DOCUMENT_ID, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, HealthModule, type HttpSurface, type ProcessDescription } from '@sigmalang/runtime';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnalogiesController } from './analogies.controller';
import { AnalogiesService } from './analogies.service';
import { serveApiDocumentation } from './api-documentation';
import { CollectionsController } from './collections.controller';
import { CoreController } from './core.controller';
import { CoreService } from './core.service';
import { EmbeddingsController } from './embeddings.controller';
import { EmbeddingsService } from './embeddings.service';
import { asLocal, openFrontDoor, requirePermissions } from './front-door';
import { GatewayConfig } from './gateway.config';
import { acceptOnlyJson, contextOf, trackRequests } from './http-requests';
import { InfoController } from './info.controller';
import { InfoService } from './info.service';
import { LexiconController } from './lexicon.controller';
import { ProblemFilter, sendProblem } from './problem.filter';
import { RecordsController } from './records.controller';
import { RecordsService } from './records.service';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';
import { VectorsController } from './vectors.controller';

/** Characters of a parameter in a path: as many as the longest id of a document takes in percent-encoded UTF-8. */
const LONGEST_PARAMETER = 12 * LONGEST_DOCUMENT_ID;

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
    SearchController,
    CollectionsController,
    InfoController,
  ],
  providers: [CoreService, EmbeddingsService, AnalogiesService, RecordsService, SearchService, InfoService, { provide: APP_FILTER, useClass: ProblemFilter }],
})
export class GatewayModule {}

/** Puts before the routes of a gateway what each request passes. */
export function guardGateway(app: NestFastifyApplication): void {
  openFrontDoor(app.getHttpAdapter().getInstance(), [asLocal]);
}

const http: HttpSurface = {
  port: (config) => config.get(GatewayConfig).port,
  adapter: (config) => {
    const { requestTimeoutMs } = config.get(BaseConfig);
    const { maxBodyBytes, maxVectorBodyBytes } = config.get(GatewayConfig);
    const adapter = new FastifyAdapter({
      bodyLimit: maxBodyBytes,
      requestTimeout: requestTimeoutMs,
      routerOptions: { maxParamLength: LONGEST_PARAMETER },
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
    requirePermissions(fastify);
    fastify.addHook('onRoute', (route) => {
      if (route.config?.isLarge) route.bodyLimit = maxVectorBodyBytes;
    });
    return adapter;
  },
  prepare: async (app) => {
    guardGateway(app);
    await serveApiDocumentation(app);
  },
};

/** What a process needs to be a gateway. */
export const GATEWAY = { module: GatewayModule, config: [GatewayConfig], http } satisfies Partial<ProcessDescription>;

export { Route } from './route.decorator';
