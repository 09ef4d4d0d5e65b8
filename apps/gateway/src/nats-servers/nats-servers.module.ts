import { Module } from '@nestjs/common';
import { NatsServers } from './nats-servers';

/** What NATS servers tell of themselves; the process must read NatsMonitoringConfig. */
@Module({ providers: [NatsServers] })
export class NatsServersModule {}
