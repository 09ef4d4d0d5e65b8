import { type InfoResponse, limits, models, pingOf, SERVICES } from '@sigmalang/contracts';
import { BaseConfig, Bus, HealthChecks } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { version } from '@sigmalang/package';
import { GatewayConfig } from './gateway.config';

const PING_MS = 1_000;

/** Knows the services behind the gateway, and what this installation is. */
@Injectable()
export class InfoService {
  constructor(
    private readonly bus: Bus,
    private readonly base: BaseConfig,
    private readonly config: GatewayConfig,
    checks: HealthChecks,
  ) {
    for (const service of SERVICES) checks.add(service, () => this.ping(service), { neededForReady: false });
  }

  async info(): Promise<InfoResponse> {
    const [loaded, ...services] = await Promise.all([
      this.bus.call(models, {}, PING_MS).catch(() => ({ embeddings: [] })),
      ...SERVICES.map(async (name) => ({
        name,
        ready: await this.ping(name).then(
          () => true,
          () => false,
        ),
      })),
    ]);
    const { textCharacters, textsPerCall, vectorsPerCall } = limits;
    return {
      version,
      build: this.config.build,
      services,
      models: loaded.embeddings,
      limits: {
        textCharacters,
        textsPerCall,
        vectorsPerCall,
        bodyBytes: this.config.maxBodyBytes,
        vectorBodyBytes: this.config.maxVectorBodyBytes,
        requestTimeoutMs: this.base.requestTimeoutMs,
      },
      features: ['vectors', 'similarity', 'embeddings', 'analogies', 'neighbours'],
    };
  }

  private async ping(service: string): Promise<{ service: string }> {
    const { ready } = await this.bus.call(pingOf(service), {}, PING_MS);
    if (!ready) throw new Error(`${service} is not ready`);
    return { service };
  }
}
