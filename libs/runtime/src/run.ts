import { configureLimits } from '@sigmalang/contracts';
import type { DynamicModule, INestApplication, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger as Log } from 'pino';
import { BaseConfig } from './config/base.config';
import { ConfigError, describeConfig, ReadConfig, type ConfigClass } from './config/read-config';
import { Flags } from './flags/flags';
import { FlagsConfig } from './flags/flags.config';
import { HealthChecks } from './management/health-checks';
import { ManagementModule } from './management/management.module';
import { ProcessState } from './management/process-state';
import { createLog, ProcessLogger } from './observability/logging';
import { exportProcessMetrics } from './observability/process-metrics';
import { openTracing } from './observability/tracing';
import { TracingConfig } from './observability/tracing.config';
import { ResilienceConfig } from './resilience/resilience.config';
import { openMessaging, type Messaging, type Transport } from './transport/messaging';
import { RuntimeModule } from './runtime.module';
import { HttpConnections, stopOnSignal } from './stop-on-signal';
import { Workers } from './workers/workers';

/** The public HTTP side of a process that has one. */
export interface HttpSurface {
  /** The server, with its limits. */
  adapter(config: ReadConfig): FastifyAdapter;
  /** Adds what needs the whole application, after it is made and before it listens. */
  prepare(app: NestFastifyApplication, config: ReadConfig): void | Promise<void>;
  /** Port to listen on; 0 picks a free one. */
  port(config: ReadConfig): number;
  /** How long all goes on after SIGTERM, for who does not know of it yet, in milliseconds. */
  shutdownDelayMs(config: ReadConfig): number;
}

/** What one process is. */
export interface ProcessDescription {
  /** Name in logs, in NATS and in health. */
  readonly name: string;
  /** What runs in it. */
  readonly module: Type;
  /** How its messages travel: over NATS, or between the modules of this process alone. */
  readonly transport: Transport;
  /** Its settings beside those of every process. */
  readonly config?: readonly ConfigClass[];
  /** Its public HTTP side, if it has one. */
  readonly http?: HttpSurface;
}

/** Starts a process: the only way in which one starts. Exits with 1, all faults printed, when its settings are wrong. */
export async function run(description: ProcessDescription): Promise<void> {
  const config = readOrExit([BaseConfig, ResilienceConfig, FlagsConfig, TracingConfig, ...(description.config ?? [])]);
  const base = config.get(BaseConfig);
  const log = createLog(description.name, base.logLevel);
  configureLimits({
    textCharacters: base.maxTextCharacters,
    textsPerCall: base.maxTexts,
    vectorsPerCall: base.maxVectors,
  });
  const tracing = await openTracing(description.name, config.get(TracingConfig));
  const state = new ProcessState();
  const checks = new HealthChecks();
  exportProcessMetrics(base);
  const messaging = openMessaging(description, base, state, checks, config.get(ResilienceConfig));
  const workers = new Workers(base);
  const flags = Flags.of(config.get(FlagsConfig));
  const runtime = RuntimeModule.of({ config, bus: messaging.bus, workers, checks, state, flags });
  try {
    const management = await startManagement(runtime, base, log);
    flags.follow(config.get(FlagsConfig)); // now that there is somewhere to log to
    const app = await createApplication(description, runtime, messaging, config, log);
    const connections = 'getHttpAdapter' in app ? HttpConnections.of(app, state) : undefined;
    const times = { delayMs: description.http?.shutdownDelayMs(config) ?? 0, graceMs: base.shutdownGraceMs };
    stopOnSignal({ app, management, messaging, workers, tracing, connections }, state, times, log);
    await workers.opened();
    await startApplication(app, description, config, log);
    state.started();
    log.info({ startMs: Math.round(performance.now()), rssBytes: process.memoryUsage.rss() }, 'ready');
  } catch (error) {
    if (state.name === 'stopping') return; // what it was waiting for has been ended
    log.fatal({ err: error }, 'The process could not start');
    process.exit(1);
  }
}

function readOrExit(classes: ConfigClass[]): ReadConfig {
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    process.stdout.write(`${describeConfig(classes)}\n`);
    process.exit(0);
  }
  try {
    return ReadConfig.from(classes, { env: process.env, argv });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function startManagement(runtime: DynamicModule, { host, metricsPort }: BaseConfig, log: Log) {
  const app = await NestFactory.create<NestFastifyApplication>(ManagementModule.with(runtime), new FastifyAdapter(), {
    logger: new ProcessLogger(log),
    abortOnError: false,
  });
  await app.listen(metricsPort, host);
  log.info({ url: await app.getUrl(), port: portOf(app) }, 'management is listening');
  return app;
}

async function createApplication(
  { module, http, name }: ProcessDescription,
  runtime: DynamicModule,
  { strategy }: Messaging,
  config: ReadConfig,
  log: Log,
): Promise<NestFastifyApplication | INestMicroservice> {
  const root: DynamicModule = { module: class Root {}, imports: [runtime, module] };
  Object.defineProperty(root.module, 'name', { value: name });
  const options = { logger: new ProcessLogger(log), abortOnError: false };
  if (!http) {
    return NestFactory.createMicroservice(root, { ...options, strategy });
  }
  const app = await NestFactory.create<NestFastifyApplication>(root, http.adapter(config), {
    ...options,
    bodyParser: false,
  });
  app.connectMicroservice({ strategy }, { inheritAppConfig: false });
  await http.prepare(app, config);
  return app;
}

async function startApplication(
  app: NestFastifyApplication | INestMicroservice,
  { http }: ProcessDescription,
  config: ReadConfig,
  log: Log,
): Promise<void> {
  if (!('startAllMicroservices' in app) || !http) {
    await app.listen(0, '');
    return;
  }
  await app.startAllMicroservices();
  await app.listen(http.port(config), config.get(BaseConfig).host);
  log.info({ url: await app.getUrl(), port: portOf(app) }, 'HTTP is listening');
}

function portOf(app: INestApplication): number | undefined {
  const address: unknown = (app.getHttpServer() as { address(): unknown }).address();
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : undefined;
}
