import { type DynamicModule, Module } from '@nestjs/common';
import type { ReadConfig } from './config/read-config';
import { Flags } from './flags/flags';
import { HealthChecks } from './management/health-checks';
import { ProcessState } from './management/process-state';
import { Bus } from './messages/bus';
import { Workers } from './workers/workers';

/** What every module of a process may inject: its settings, the bus, the worker threads, the checks and the state of the process, the flags. */
@Module({})
export class RuntimeModule {
  /** The one runtime of a process, the same instances in each application that imports it. */
  static of(parts: {
    config: ReadConfig;
    bus: Bus;
    workers: Workers;
    checks: HealthChecks;
    state: ProcessState;
    flags: Flags;
  }): DynamicModule {
    const providers = [
      ...parts.config.entries().map(([provide, useValue]) => ({ provide, useValue })),
      { provide: Bus, useValue: parts.bus },
      { provide: Workers, useValue: parts.workers },
      { provide: HealthChecks, useValue: parts.checks },
      { provide: ProcessState, useValue: parts.state },
      { provide: Flags, useValue: parts.flags },
    ];
    return {
      module: RuntimeModule,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}
