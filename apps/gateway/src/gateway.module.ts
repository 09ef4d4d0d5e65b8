import { LONGEST_DOCUMENT_ID, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, HealthModule, type HttpSurface, type ProcessDescription } from '@sigmalang/runtime';
import { StorageConfig, StorageModule } from '@sigmalang/storage';
import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnalogiesController } from './analogies.controller';
import { AnalogiesService } from './analogies.service';
import { AuditConfig } from './audit/audit.config';
import { AuditLog } from './audit/audit-log';
import { AuditModule } from './audit/audit.module';
import { auditRequests } from './audit/audited-requests';
import { serveApiDocumentation } from './api-documentation';
import { CollectionsController } from './collections.controller';
import { CoreController } from './core.controller';
import { CoreService } from './core.service';
import { EmbeddingsController } from './embeddings.controller';
import { EmbeddingsService } from './embeddings.service';
import { openFrontDoor, requirePermissions } from './front-door';
import { GatewayConfig } from './gateway.config';
import { acceptOnlyJson, contextOf, trackRequests } from './http-requests';
import { Authentication, chooseOwner } from './identity/authentication';
import { IdentityConfig } from './identity/identity.config';
import { IdentityModule } from './identity/identity.module';
import { InfoController } from './info.controller';
import { InfoService } from './info.service';
import { LexiconController } from './lexicon.controller';
import { ChangesInFlight, trackChanges } from './privacy/changes-in-flight';
import { PrivacyModule } from './privacy/privacy.module';
import { ProblemFilter, sendProblem } from './problem.filter';
import { RecordsController } from './records.controller';
import { RecordsService } from './records.service';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';
import { VectorsController } from './vectors.controller';

/** Characters of a parameter in a path: as many as the longest id of a document takes in percent-encoded UTF-8. */
const LONGEST_PARAMETER = 12 * LONGEST_DOCUMENT_ID;

/** The REST surface: it asks the services and answers in HTTP; the stores that it keeps things in are given to it. */
@Module({
  imports: [HealthModule, IdentityModule, AuditModule, PrivacyModule],
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

/** The stores of the process, for every module of the gateway. */
@Global()
@Module({ imports: [StorageModule], exports: [StorageModule] })
class StoresModule {}

/** The REST surface with the database of its process. */
@Module({ imports: [StoresModule, GatewayModule] })
class StoredGatewayModule {}

/** Puts before the routes of a gateway what each request passes. */
export function guardGateway(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  openFrontDoor(fastify, [
    app.get(Authentication).identify,
    chooseOwner,
  ]);
  trackChanges(fastify, app.get(ChangesInFlight));
  auditRequests(fastify, app.get(AuditLog), app.get(AuditConfig).auditScope);
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
export const GATEWAY = { module: StoredGatewayModule, config: [GatewayConfig, IdentityConfig, AuditConfig, StorageConfig], http } satisfies Partial<ProcessDescription>;

export { Route } from './route.decorator';
