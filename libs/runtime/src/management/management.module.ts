import { type DynamicModule, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { MetricsController } from '../observability/metrics.controller';
import '../observability/memory-limits'; // which are exported as soon as there is a port for it
import { HealthModule } from './health.module';

/** What the management port serves: health and metrics. */
@Module({})
export class ManagementModule {
  /** @param runtime the module with the process's settings, state and checks */
  static with(runtime: DynamicModule): DynamicModule {
    return { module: ManagementModule, imports: [runtime, HealthModule, PrometheusModule.register({ controller: MetricsController })] };
  }
}
