import { IsBoolean, IsInt, IsNumber, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigSources } from './config-layers';
import { ConfigError, describeConfig, ReadConfig } from './read-config';

class ServerConfig {
  @IsString() @MinLength(1) host: string = 'localhost';
  @IsInt() @Min(0) @Max(65_535) metricsPort: number = 9090;
  @IsOptional() @IsString() modelDir?: string;
}

class SearchConfig {
  @IsBoolean() cacheEnabled: boolean = false;
  @IsNumber() cacheTtl: number = 2.5;
  @IsOptional() @IsString() @MinLength(8) databasePassword?: string;
}

const CLASSES = [ServerConfig, SearchConfig];
const folder = mkdtempSync(join(tmpdir(), 'sigmalang-config-'));
let files = 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileWith(text: string, extension: string): string {
  const file = join(folder, `${++files}${extension}`);
  writeFileSync(file, text);
  return file;
}

function read({ env = {}, argv = [] }: Partial<ConfigSources>, classes: readonly (new () => object)[] = CLASSES): ReadConfig {
  return ReadConfig.from(classes, { env, argv });
}

function faultsOf(sources: Partial<ConfigSources>): readonly string[] {
  try {
    read(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('a setting', () => {
  const yaml = fileWith('metricsPort: 1\n', '.yaml');
  const yml = fileWith('metricsPort: "1"\n', '.yml');
  const toml = fileWith('metricsPort = 1\n', '.toml');
  const other = fileWith('metricsPort: 5\n', '.yaml');
  const secret = fileWith('2\n', '.txt');
  const windowsSecret = fileWith('2\r\n', '.txt');

  it.each<[string, Record<string, string>, string[], number]>([
    ['its default', {}, [], 9090],
    ['a YAML file over its default', { CONFIG_FILE: yaml }, [], 1],
    ['a YAML file with the number as text', { CONFIG_FILE: yml }, [], 1],
    ['a TOML file over its default', { CONFIG_FILE: toml }, [], 1],
    ['the file of a flag over the file of the environment', { CONFIG_FILE: other }, ['--config', yaml], 1],
    ['the environment over a file', { CONFIG_FILE: yaml, METRICS_PORT: '2' }, [], 2],
    ['a file that the environment names over the settings file', { CONFIG_FILE: toml, METRICS_PORT_FILE: secret }, [], 2],
    ['a file with a line end of another system', { METRICS_PORT_FILE: windowsSecret }, [], 2],
    ['a flag over a file and its default', { CONFIG_FILE: toml }, ['--metrics-port', '3'], 3],
    ['a flag over the environment', { METRICS_PORT: '2' }, ['--metrics-port', '3'], 3],
    ['a flag over a file that the environment names', { METRICS_PORT_FILE: secret }, ['--metrics-port=3'], 3],
    ['a flag over all others', { CONFIG_FILE: yaml, METRICS_PORT: '2' }, ['--metrics-port=3'], 3],
    ['the last of two flags', {}, ['--metrics-port=4', '--metrics-port=3'], 3],
    ['its default where the environment has an empty text', { METRICS_PORT: '', CONFIG_FILE: '' }, [], 9090],
    ['the named file where the environment has an empty text', { METRICS_PORT: '', METRICS_PORT_FILE: secret }, [], 2],
  ])('comes from %s', (_what, env, argv, metricsPort) => {
    expect(read({ env, argv }).get(ServerConfig).metricsPort).toBe(metricsPort);
  });

  it.each<[string, Record<string, string>, object]>([
    ['a whole number', { METRICS_PORT: '80' }, { metricsPort: 80 }],
    ['a fraction', { CACHE_TTL: '0.25' }, { cacheTtl: 0.25 }],
    ['a negative number', { CACHE_TTL: '-3' }, { cacheTtl: -3 }],
    ['true', { CACHE_ENABLED: 'true' }, { cacheEnabled: true }],
    ['false', { CACHE_ENABLED: 'false' }, { cacheEnabled: false }],
    ['digits, where a text is asked for', { DATABASE_PASSWORD: '12345678' }, { databasePassword: '12345678' }],
    ['a truth value, where a text is asked for', { HOST: 'true' }, { host: 'true' }],
  ])('takes %s out of the environment', (_what, env, settings) => {
    const config = read({ env });
    expect(Object.assign({}, config.get(ServerConfig), config.get(SearchConfig))).toMatchObject(settings);
  });

  it.each<[string, Record<string, string>, string]>([
    ['an exponent', { METRICS_PORT: '1e3' }, 'METRICS_PORT: metricsPort must be an integer number'],
    ['a hexadecimal number', { METRICS_PORT: '0x50' }, 'METRICS_PORT: metricsPort must be an integer number'],
    ['a white space', { METRICS_PORT: ' 80' }, 'METRICS_PORT: metricsPort must be an integer number'],
    ['a unit', { METRICS_PORT: '80ms' }, 'METRICS_PORT: metricsPort must be an integer number'],
    ['a fraction', { METRICS_PORT: '80.5' }, 'METRICS_PORT: metricsPort must be an integer number'],
    ['infinity', { CACHE_TTL: 'Infinity' }, 'CACHE_TTL: cacheTtl must be a number conforming to the specified constraints'],
    ['yes', { CACHE_ENABLED: 'yes' }, 'CACHE_ENABLED: cacheEnabled must be a boolean value'],
    ['1 for true', { CACHE_ENABLED: '1' }, 'CACHE_ENABLED: cacheEnabled must be a boolean value'],
    ['TRUE', { CACHE_ENABLED: 'TRUE' }, 'CACHE_ENABLED: cacheEnabled must be a boolean value'],
  ])('is refused with %s', (_what, env, fault) => {
    expect(faultsOf({ env })).toContain(fault);
  });

  it.each(['', '# nothing yet\n'])('has its default where the settings file holds %j', (text) => {
    expect(read({ env: { CONFIG_FILE: fileWith(text, '.yaml') } }).get(ServerConfig).metricsPort).toBe(9090);
  });
});

describe('what is wrong with the settings', () => {
  it('is told all at once, each with its source and none with its value', () => {
    const file = fileWith('metricsPort: 700001\nhots: file-value\nhost: 5\n', '.yaml');
    const missing = join(folder, 'missing.txt');
    const sources = {
      env: { CONFIG_FILE: file, CACHE_TTL: 'env-value', MODEL_DIR_FILE: missing, DATABASE_PASSWORD: 'hunter2' },
      argv: ['--cache-enabled', 'flag-value', '--verbose=loud-value', '--model-dir'],
    };
    expect([...faultsOf(sources)].sort()).toEqual(
      [
        `metricsPort in ${file}: metricsPort must not be greater than 65535`,
        `host in ${file}: host must be longer than or equal to 1 characters`,
        `host in ${file}: host must be a string`,
        `${file}: hots is no setting of this process`,
        'CACHE_TTL: cacheTtl must be a number conforming to the specified constraints',
        'MODEL_DIR_FILE: the file it names cannot be read',
        'DATABASE_PASSWORD: databasePassword must be longer than or equal to 8 characters',
        '--cache-enabled: cacheEnabled must be a boolean value',
        '--verbose is no flag of this process',
        '--model-dir needs a value',
      ].sort(),
    );
    expect(() => read(sources)).toThrow(/^The configuration has 10 fault\(s\):\n(- .+\n){9}- .+$/);
    expect(() => read(sources)).not.toThrow(/700001|-value|hunter2/);
  });

  it.each<[string, string, string, string]>([
    ['has another ending', '.json', '{"metricsPort":1}', 'must end in .yaml, .yml or .toml'],
    ['has no ending', '', 'metricsPort: 1', 'must end in .yaml, .yml or .toml'],
    ['holds a list', '.yaml', '- metricsPort', 'must hold settings by name'],
    ['holds a text', '.yaml', 'metricsPort', 'must hold settings by name'],
    ['holds a number', '.yaml', '42', 'must hold settings by name'],
    ['tries to set what every object has', '.yaml', '__proto__: {}', '__proto__ is no setting of this process'],
    ['names a setting as the environment does', '.toml', 'METRICS_PORT = 1', 'METRICS_PORT is no setting of this process'],
  ])('is told of a settings file that %s', (_what, extension, text, fault) => {
    const file = fileWith(text, extension);
    expect(faultsOf({ env: { CONFIG_FILE: file } })).toEqual([`${file}: ${fault}`]);
  });

  it.each([
    ['.yaml', 'host: [unclosed hunter2\nmetricsPort: 1'],
    ['.yaml', 'databasePassword: *hunter2'],
    ['.yaml', 'databasePassword: "hunter2'],
    ['.yaml', 'databasePassword: hunter2: x'],
    ['.toml', 'databasePassword = hunter2'],
    ['.toml', 'databasePassword = "hunter2'],
  ])('is told of a malformed %s file in one line without what stands in it: %j', (extension, text) => {
    const file = fileWith(text, extension);
    const faults = faultsOf({ env: { CONFIG_FILE: file } });
    expect(faults).toEqual([expect.stringMatching(/^[^\n]+: [^\n]+$/)]);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('is told of a settings file that is not there or is a folder', () => {
    const missing = join(folder, 'missing.yaml');
    expect(faultsOf({ env: { CONFIG_FILE: missing } })).toEqual([expect.stringMatching(/missing\.yaml: (ENOENT|cannot be read)/)]);
    expect(faultsOf({ argv: ['--config', folder] })).toEqual([`${folder}: must end in .yaml, .yml or .toml`]);
  });

  it('is told of a setting that is in the environment both by itself and by a file', () => {
    const env = { DATABASE_PASSWORD: 'hunter2-hunter2', DATABASE_PASSWORD_FILE: fileWith('hunter3', '.txt') };
    expect(faultsOf({ env })).toEqual(['DATABASE_PASSWORD and DATABASE_PASSWORD_FILE are both set']);
  });

  it.each([
    ['at the end', ['--host']],
    ['with an empty one', ['--host=']],
    ['with an empty one after it', ['--host', '']],
    ['before another flag', ['--host', '--metrics-port=1']],
    ['before another flag and its value', ['--host', '--metrics-port', '1']],
  ])('is told of a flag without a value, %s', (_where, argv) => {
    expect(faultsOf({ argv })).toEqual(['--host needs a value']);
  });

  it('is told of a settings file without a name', () => {
    expect(faultsOf({ argv: ['--config'] })).toEqual(['--config needs a value']);
  });

  it.each([
    ['after a flag of another process', ['--database-url', 'postgres://user:hunter2@host']],
    ['by themselves', ['hunter2']],
    ['in the words of the environment', ['DATABASE_PASSWORD=hunter2']],
    ['in a flag of another process', ['--database-url=postgres://user:hunter2@host']],
  ])('is told without the values that stand %s', (_where, argv) => {
    const faults = faultsOf({ argv });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('keeps every = of a value that holds some', () => {
    expect(read({ argv: ['--host=a=b='] }).get(ServerConfig).host).toBe('a=b=');
  });
});

describe('settings of several classes', () => {
  class SameName {
    @IsInt() metricsPort: number = 1;
  }

  it('are read together, each into its class', () => {
    const config = read({ env: { METRICS_PORT: '5', CACHE_ENABLED: 'true' } });
    expect(config.get(ServerConfig)).toEqual({ host: 'localhost', metricsPort: 5, modelDir: undefined });
    expect(config.get(SearchConfig)).toEqual({ cacheEnabled: true, cacheTtl: 2.5, databasePassword: undefined });
    expect(config.entries()).toEqual([
      [ServerConfig, config.get(ServerConfig)],
      [SearchConfig, config.get(SearchConfig)],
    ]);
  });

  it('with a name in common get the same value, and its fault once', () => {
    const classes = [ServerConfig, SameName];
    const config = read({ argv: ['--metrics-port=7'] }, classes);
    expect([config.get(ServerConfig).metricsPort, config.get(SameName).metricsPort]).toEqual([7, 7]);
    const refused = () => read({ env: { METRICS_PORT: '7.5' } }, classes);
    expect(refused).toThrow('The configuration has 1 fault(s):\n- METRICS_PORT: metricsPort must be an integer number');
  });

  it('are not there for a class that was not read', () => {
    expect(() => read({}).get(SameName)).toThrow(new TypeError('SameName is not among the settings of this process'));
  });
});

it('the help names each setting once, as a flag and in the environment, with its default', () => {
  const lines = describeConfig([...CLASSES, ServerConfig]).split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(lines).toEqual([
    ['flag', 'environment', 'default'],
    ['--host', 'HOST', 'localhost'],
    ['--metrics-port', 'METRICS_PORT', '9090'],
    ['--model-dir', 'MODEL_DIR'],
    ['--cache-enabled', 'CACHE_ENABLED', 'false'],
    ['--cache-ttl', 'CACHE_TTL', '2.5'],
    ['--database-password', 'DATABASE_PASSWORD'],
    ['--config', 'CONFIG_FILE', '(YAML or TOML, names as in metricsPort)'],
  ]);
});
