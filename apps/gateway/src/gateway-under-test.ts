import { Bus, BaseConfig, Flags, HealthChecks, ProcessState, ReadConfig } from '@sigmalang/runtime';
import { AuditStore, KeyStore, SessionStore } from '@sigmalang/storage';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditUnderTest } from './audit/audit-under-test';
import { GATEWAY, GatewayModule, guardGateway } from './gateway.module';
import { IdentityUnderTest } from './identity/identity-under-test';

/** The route of a gateway as Fastify has it. */
interface ServedRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly bodyLimit?: number;
}

/** What a gateway is started with. */
interface Surroundings {
  /** Settings; replies are not kept unless these say so. */
  readonly env?: Readonly<Record<string, string>>;
  /** What answers; nothing does when absent. */
  readonly bus?: Bus;
  /** Its keys and sessions; none are there when absent. */
  readonly identity?: IdentityUnderTest;
  /** Its audit; empty when absent. */
  readonly audit?: AuditUnderTest;
  /** Called for each route. */
  readonly onRoute?: (route: ServedRoute) => void;
}

/** The key of an admin, where callers are asked who they are. */
export const ADMIN_KEY = `sk_${'a'.repeat(43)}`;

const IDENTITY = { AUTH_MODE: 'off', AUTH_SECRET: 's'.repeat(32), ADMIN_KEY };

@Module({})
class FakeRuntimeModule {}

/** What the runtime gives a gateway. */
function fakeRuntime(config: ReadConfig, { bus, identity, audit }: Required<Pick<Surroundings, 'bus' | 'identity' | 'audit'>>): DynamicModule {
  const providers = [
    ...config.entries().map(([provide, useValue]) => ({ provide, useValue })),
    { provide: Bus, useValue: bus },
    { provide: KeyStore, useValue: identity.keys },
    { provide: SessionStore, useValue: identity.sessions },
    { provide: Flags, useValue: new Flags() },
    { provide: AuditStore, useValue: audit },
    { provide: HealthChecks, useValue: new HealthChecks() },
    { provide: ProcessState, useValue: new ProcessState() },
  ];
  return { module: FakeRuntimeModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
}

/**
 * A gateway without its runtime and without a database: it listens on no port, and its requests are injected. Nobody is asked who they are, all ask as often as
 * they like, and every reply is computed, unless `env` says so.
 */
export async function startGateway({ env = {}, bus = silentBus(), identity = new IdentityUnderTest(), audit = new AuditUnderTest(), onRoute }: Surroundings = {}): Promise<NestFastifyApplication> {
  const open = { ...IDENTITY, RATE_LIMIT_ENABLED: 'false', CACHE_ENABLED: 'false' };
  const config = ReadConfig.from([BaseConfig, ...GATEWAY.config], { env: { ...open, ...env }, argv: [] });
  const adapter = GATEWAY.http.adapter(config);
  if (onRoute) adapter.getInstance().addHook('onRoute', onRoute);
  const root = { module: class Root {}, imports: [fakeRuntime(config, { bus, identity, audit }), GatewayModule] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: false, bodyParser: false });
  await guardGateway(app);
  await app.init();
  return app;
}

function silentBus(): Bus {
  return new Bus({ maxMessageBytes: () => 0, request: () => Promise.reject(new Error('nothing answers')) }, 1_000);
}
