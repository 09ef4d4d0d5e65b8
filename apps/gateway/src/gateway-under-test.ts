import { Bus, BaseConfig, HealthChecks, ProcessState, ReadConfig } from '@sigmalang/runtime';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GATEWAY, guardGateway } from './gateway.module';

/** The route of a gateway as Fastify has it. */
interface ServedRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly bodyLimit?: number;
}

/** What a gateway is started with. */
interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** What answers; nothing does when absent. */
  readonly bus?: Bus;
  /** Called for each route. */
  readonly onRoute?: (route: ServedRoute) => void;
}

@Module({})
class FakeRuntimeModule {}

/** What the runtime gives a gateway. */
function fakeRuntime(config: ReadConfig, bus: Bus): DynamicModule {
  const providers = [
    ...config.entries().map(([provide, useValue]) => ({ provide, useValue })),
    { provide: Bus, useValue: bus },
    { provide: HealthChecks, useValue: new HealthChecks() },
    { provide: ProcessState, useValue: new ProcessState() },
  ];
  return { module: FakeRuntimeModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
}

/** A gateway without its runtime: it listens on no port, and its requests are injected; as many as a test likes, unless its `env` says otherwise. */
export async function startGateway({ env = {}, bus = silentBus(), onRoute }: Surroundings = {}): Promise<NestFastifyApplication> {
  const config = ReadConfig.from([BaseConfig, ...GATEWAY.config], { env: { RATE_LIMIT_ENABLED: 'false', ...env }, argv: [] });
  const adapter = GATEWAY.http.adapter(config);
  if (onRoute) adapter.getInstance().addHook('onRoute', onRoute);
  const root = { module: class Root {}, imports: [fakeRuntime(config, bus), GATEWAY.module] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: false, bodyParser: false });
  await guardGateway(app);
  await app.init();
  return app;
}

function silentBus(): Bus {
  return new Bus({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing answers')) }, 1_000);
}
