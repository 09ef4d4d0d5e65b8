import { LONGEST_DOCUMENT_ID, ServiceError } from '@sigmalang/contracts';
import { BaseConfig, countRefusal, HealthModule, type HttpSurface, type ProcessDescription } from '@sigmalang/runtime';
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
import { CacheConfig } from './cache/cache.config';
import { CacheModule } from './cache/cache.module';
import { cacheReplies } from './cache/cached-routes';
import { ModelVersions } from './cache/model-versions';
import { ReplyCache } from './cache/reply-cache';
import { CollectionsController } from './collections.controller';
import { CoreController } from './core.controller';
import { CoreService } from './core.service';
import { EmbeddingsController } from './embeddings.controller';
import { EmbeddingsService } from './embeddings.service';
import { FlagsController } from './flags.controller';
import { openFrontDoor, requirePermissions } from './front-door';
import { GatewayConfig } from './gateway.config';
import { acceptOnlyJson, contextOf, NO_ROUTE, trackRequests } from './http-requests';
import { Authentication, chooseOwner } from './identity/authentication';
import { IdentityConfig } from './identity/identity.config';
import { IdentityModule } from './identity/identity.module';
import { InfoController } from './info.controller';
import { InfoService } from './info.service';
import { LexiconController } from './lexicon.controller';
import { refuseBrokenRequest } from './limits/broken-requests';
import { ruleBrowsers } from './limits/browser-rules';
import { LimitsConfig, partsOf } from './limits/limits.config';
import { LimitsModule } from './limits/limits.module';
import { LoadShedder } from './limits/load-shedder';
import { shedLoad } from './limits/load-shedding';
import { RateLimiter } from './limits/rate-limiter';
import { limitRates } from './limits/rate-limits';
import { limitConnections, serverTimes } from './limits/slow-clients';
import { NatsMonitoringConfig } from './nats-servers/nats-monitoring.config';
import { NatsServersModule } from './nats-servers/nats-servers.module';
import { requireOneHost } from './one-host';
import { ChangesInFlight, trackChanges } from './privacy/changes-in-flight';
import { PrivacyModule } from './privacy/privacy.module';
import { ProblemFilter, sendProblem } from './problem.filter';
import { RecordsController } from './records.controller';
import { RecordsService } from './records.service';
import { RedisConfig } from './redis/redis.config';
import { SearchController } from './search.controller';
import { SearchService } from './search.service';
import { VectorsController } from './vectors.controller';

/** Characters of a parameter in a path: as many as the longest id of a document takes in percent-encoded UTF-8. */
const LONGEST_PARAMETER = 12 * LONGEST_DOCUMENT_ID;

/** The REST surface: it asks the services and answers in HTTP; the stores that it keeps things in are given to it. */
@Module({
  imports: [HealthModule, IdentityModule, LimitsModule, CacheModule, AuditModule, PrivacyModule, NatsServersModule],
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
    FlagsController,
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
export async function guardGateway(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const limits = app.get(LimitsConfig);
  limitConnections(fastify.server, limits);
  await ruleBrowsers(fastify, limits); // first, since browsers ask for others whom they may not yet name
  openFrontDoor(fastify, [
    shedLoad(fastify, app.get(LoadShedder)),
    requireOneHost,
    app.get(Authentication).identify,
    ...(limits.rateLimitEnabled ? [limitRates(app.get(RateLimiter), limits)] : []),
    chooseOwner,
  ]);
  cacheReplies(fastify, app.get(ReplyCache), app.get(ModelVersions));
  auditRequests(fastify, app.get(AuditLog), app.get(AuditConfig).auditScope);
  trackChanges(fastify, app.get(ChangesInFlight)); // last, since a change has not ended before it stands in the audit
}

const http: HttpSurface = {
  port: (config) => config.get(GatewayConfig).port,
  shutdownDelayMs: (config) => config.get(GatewayConfig).shutdownDelayMs,
  adapter: (config) => {
    const base = config.get(BaseConfig);
    const { requestTimeoutMs } = base;
    const { maxBodyBytes, maxVectorBodyBytes } = config.get(GatewayConfig);
    const limits = config.get(LimitsConfig);
    const trustedProxies = partsOf(limits.trustedProxies);
    const adapter = new FastifyAdapter({
      bodyLimit: maxBodyBytes,
      ...serverTimes(base, limits),
      ...(trustedProxies.length > 0 && { trustProxy: trustedProxies }),
      clientErrorHandler: refuseBrokenRequest,
      routerOptions: { maxParamLength: LONGEST_PARAMETER },
      logger: false,
      frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
        countRefusal(NO_ROUTE, 'INVALID_REQUEST'); // no hook sees it
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
    await guardGateway(app);
    await serveApiDocumentation(app);
  },
};

/** What a process needs to be a gateway. */
export const GATEWAY = {
  module: StoredGatewayModule,
  config: [GatewayConfig, IdentityConfig, LimitsConfig, RedisConfig, CacheConfig, AuditConfig, NatsMonitoringConfig, StorageConfig],
  http,
} satisfies Partial<ProcessDescription>;

export { Route } from './route.decorator';
