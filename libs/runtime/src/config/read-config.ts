import { validateSync } from 'class-validator';
import { environmentName, flagName, readLayers, type ConfigSources } from './config-layers';

/** A class whose fields, with class-validator rules and defaults, are settings. */
export type ConfigClass<Config extends object = object> = new () => Config;

/** All that is wrong with the settings of a process, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** @param faults one sentence each; without values, which may be secret */
  constructor(readonly faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
}

/** The settings of a process, one object a class; reads them once. */
export class ReadConfig {
  private constructor(private readonly configs: ReadonlyMap<ConfigClass, object>) {}

  /** Reads defaults < file < environment < flags; throws a {@link ConfigError} with every fault. */
  static from(classes: readonly ConfigClass[], sources: ConfigSources): ReadConfig {
    const fields = [...new Set(classes.flatMap((Config) => Object.keys(new Config())))];
    const { layers, faults: layerFaults } = readLayers(fields, sources);
    const faults = new Set(layerFaults);
    const configs = new Map<ConfigClass, object>();
    for (const Config of classes) {
      const config = new Config();
      const from = new Map<string, string>();
      for (const layer of layers) {
        for (const [field, setting] of layer) {
          if (!(field in config)) continue;
          from.set(field, setting.from);
          Reflect.set(config, field, convert(Config, field, setting.value));
        }
      }
      for (const { property, constraints = {} } of validateSync(config, { forbidUnknownValues: false })) {
        const source = from.get(property) ?? property;
        for (const message of Object.values(constraints)) faults.add(`${source}: ${message}`);
      }
      configs.set(Config, config);
    }
    if (faults.size > 0) throw new ConfigError([...faults]);
    return new ReadConfig(configs);
  }

  /** The settings of one class; throws a TypeError when it was not among those read. */
  get<Config extends object>(Config: ConfigClass<Config>): Config {
    const config = this.configs.get(Config);
    if (!(config instanceof Config)) throw new TypeError(`${Config.name} is not among the settings of this process`);
    return config;
  }

  /** Every class that was read, with its settings. */
  entries(): [ConfigClass, object][] {
    return [...this.configs];
  }
}

/** A table of all settings with their defaults, for `--help`. */
export function describeConfig(classes: readonly ConfigClass[]): string {
  const defaults = new Map(classes.flatMap((Config) => Object.entries(new Config()) as [string, string | number | undefined][]));
  const lines = [...defaults].map(
    ([field, value]) =>
      `  ${flagName(field).padEnd(26)} ${environmentName(field).padEnd(24)} ${value ?? ''}`,
  );
  const head = `  ${'flag'.padEnd(26)} ${'environment'.padEnd(24)} default`;
  return [head, ...lines, `  ${'--config'.padEnd(26)} ${'CONFIG_FILE'.padEnd(24)} (YAML or TOML, names as in metricsPort)`].join('\n');
}

function convert(Config: ConfigClass, field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const type: unknown = Reflect.getMetadata('design:type', Config.prototype as object, field);
  if (type === Number) return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (type === Boolean) return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}
