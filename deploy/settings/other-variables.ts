/** A variable of the environment that is no setting of a class. */
export interface OtherVariable {
  readonly name: string;
  /** Who reads it. */
  readonly reader: 'process' | 'check' | 'image' | 'other';
  readonly description: string;
}

/**
 * Variables that charts, compose files, images and documents may name beside the settings: `process` is read by our processes or by what they
 * run on, `check` by benchmarks and checks of this repository, `image` by what builds images, `other` by programs of others that are installed beside ours.
 */
export const OTHER_VARIABLES: readonly OtherVariable[] = [
  { name: 'CONFIG_FILE', reader: 'process', description: 'File of settings, in YAML or TOML; the same as `--config`.' },
  { name: 'MALLOC_ARENA_MAX', reader: 'process', description: 'How many arenas the allocator of glibc makes; images and `npm start` set 1, since more keep memory that nobody uses.' },
  { name: 'NODE_COMPILE_CACHE', reader: 'process', description: 'Folder in which Node keeps compiled code, so that the next start is faster.' },
  { name: 'NODE_ENV', reader: 'process', description: 'Images set `production`, which libraries look at; nothing of ours does.' },
  { name: 'NODE_EXTRA_CA_CERTS', reader: 'process', description: 'File of certificates, in PEM, that Node trusts beside its own: for Redis, key sets and PostgreSQL.' },
  { name: 'NODE_OPTIONS', reader: 'process', description: 'Flags of Node itself, such as `--max-old-space-size`.' },
  { name: 'PATH', reader: 'process', description: 'Where programs are; images set `/app/bin`.' },
  { name: 'SIGMALANG_DATA', reader: 'check', description: 'Folder of public data sets; benchmarks and checks that measure on them say that they are skipped without it.' },
  { name: 'SIGMALANG_KEY', reader: 'check', description: 'The key that `deploy/validate-deployment.mjs` calls with, where no file of it is named.' },
  { name: 'LOAD_SECONDS', reader: 'check', description: 'How long `npm run bench` keeps up a load, in seconds.' },
  { name: 'TRACING_SECONDS', reader: 'check', description: 'How long the benchmark of tracing keeps up a load, in seconds.' },
  { name: 'TRACING_STARTS', reader: 'check', description: 'How often that benchmark starts a process.' },
  { name: 'VECTOR_ROWS', reader: 'check', description: 'Numbers of vectors, separated by commas, that the benchmark of vector indexes takes.' },
  { name: 'VECTOR_GRAPH_ROWS', reader: 'check', description: 'Most vectors of which that benchmark makes a graph.' },
  { name: 'PRE_STOP_MS', reader: 'check', description: 'How long a pod goes on before it is told to stop, in the check of rolling restarts, in milliseconds.' },
  { name: 'OPS_REQUIRED', reader: 'check', description: 'With `true` a check of operations fails where one of its tools is missing, instead of saying that it is skipped.' },
  { name: 'SIGMALANG_TOOLS', reader: 'check', description: 'Folder of the tools that `tools/ops-tools.sh` builds; `~/.cache/sigmalang-tools/bin` when not set.' },
];
