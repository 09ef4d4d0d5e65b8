import {
  type InfoResponse,
  limits,
  models,
  MOST_CORPUS_TEXTS,
  MOST_DOCUMENTS,
  MOST_METADATA_BYTES,
  MOST_METADATA_KEYS,
  MOST_RESULTS,
  pingOf,
  SERVICES,
} from '@sigmalang/contracts';
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
      build: this.base.build,
      services,
      models: loaded.embeddings,
      limits: {
        textCharacters,
        textsPerCall,
        vectorsPerCall,
        documentsPerCall: MOST_DOCUMENTS,
        corpusTexts: MOST_CORPUS_TEXTS,
        metadataKeys: MOST_METADATA_KEYS,
        metadataBytes: MOST_METADATA_BYTES,
        topK: MOST_RESULTS,
        bodyBytes: this.config.maxBodyBytes,
        vectorBodyBytes: this.config.maxVectorBodyBytes,
        requestTimeoutMs: this.base.requestTimeoutMs,
      },
      features: ['vectors', 'similarity', 'embeddings', 'analogies', 'neighbours', 'search'],
    };
  }

  private async ping(service: string): Promise<{ service: string }> {
    const { ready } = await this.bus.call(pingOf(service), {}, PING_MS);
    if (!ready) throw new Error(`${service} is not ready`);
    return { service };
  }
}
