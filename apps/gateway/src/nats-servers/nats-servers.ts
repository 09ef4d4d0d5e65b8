import { BaseConfig } from '@sigmalang/runtime';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import { NatsMonitoringConfig, monitoringUrlsIn } from './nats-monitoring.config';
import { type SeenNatsServer, watchedServers } from './nats-server-metrics';
import { askNatsServer } from './nats-server-status';

/** The NATS servers of the installation, as far as settings name them. */
@Injectable()
export class NatsServers implements OnModuleInit, OnApplicationShutdown {
  private readonly urls: readonly string[];
  private looking: Promise<readonly SeenNatsServer[]> | undefined;

  constructor(
    { natsMonitoringUrls }: NatsMonitoringConfig,
    private readonly base: BaseConfig,
  ) {
    this.urls = natsMonitoringUrls === undefined ? [] : monitoringUrlsIn(natsMonitoringUrls);
  }

  onModuleInit(): void {
    watchedServers.add(this);
  }

  onApplicationShutdown(): void {
    watchedServers.delete(this);
  }

  /** Asks all of them at once, however many wait for it; takes no longer than one may take. */
  look(): Promise<readonly SeenNatsServer[]> {
    this.looking ??= this.askAll().finally(() => { this.looking = undefined; });
    return this.looking;
  }

  private async askAll(): Promise<readonly SeenNatsServer[]> {
    const tls = this.urls.some((url) => url.startsWith('https:')) ? await this.tlsFiles() : {};
    return Promise.all(
      this.urls.map(async (url) => {
        const server = new URL(url).host;
        return askNatsServer(url, tls).then((status) => ({ server, status }), () => ({ server }));
      }),
    );
  }

  /** What the process uses where it talks with NATS itself; read each time, since it is renewed. A file that is not there leaves the server without an answer. */
  private async tlsFiles(): Promise<SecureContextOptions> {
    const { natsTlsCa, natsTlsCert, natsTlsKey } = this.base;
    const read = async (path: string | undefined): Promise<Buffer | undefined> => (path === undefined ? undefined : readFile(path).catch(() => undefined));
    const [ca, cert, key] = await Promise.all([natsTlsCa, natsTlsCert, natsTlsKey].map(read));
    return { ca, cert, key };
  }
}
