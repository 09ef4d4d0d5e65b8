import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { availableParallelism } from 'node:os';
import { IsCertificateFile, IsKeyFile, IsNatsUrl, IsOnlyNatsCredential, IsUserSeed } from './nats-rules';

const MOST_WORKER_THREADS = 64;

/** Levels of a log line, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Settings of every process. A field `logLevel` is `logLevel` in a file, `LOG_LEVEL` in the environment, `--log-level` as a flag. */
export class BaseConfig {
  /** Address that ports are opened on; 127.0.0.1 is reached from this machine alone. */
  @IsString()
  @MinLength(1)
  host: string = '127.0.0.1';

  /** Port of health and metrics; 0 picks a free one. */
  @IsInt()
  @Min(0)
  @Max(65535)
  metricsPort: number = 9090;

  /** Folder for what the process keeps. */
  @IsString()
  @MinLength(1)
  dataDir: string = './data';

  /** Folder of vocabularies and embedding models; beside the program when not set. */
  @IsOptional()
  @IsString()
  modelDir?: string;

  /** Least level of the lines in the log. */
  @IsIn(LOG_LEVELS)
  logLevel: string = 'info';

  /** Which build this is, as `/v1/info` and the metric of the build call it: a revision. */
  @IsString()
  @MaxLength(128)
  build: string = 'development';

  /** Addresses of NATS, separated by commas; `tls://` in the place of `nats://` refuses a connection without TLS. A user and a password may stand in them; secret then. */
  @IsString()
  @MinLength(1)
  @IsNatsUrl()
  natsUrl: string = 'nats://127.0.0.1:4222';

  /** What the NATS server knows as its token. Secret. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @IsOnlyNatsCredential()
  natsToken?: string;

  /** Seed of an nkey that the NATS server knows as a user. Secret. */
  @IsOptional()
  @IsUserSeed()
  @IsOnlyNatsCredential()
  natsNkeySeed?: string;

  /** File of the certificates of who certifies the NATS servers, in PEM; those that Node trusts when not set. Refuses a connection without TLS. */
  @IsOptional()
  @IsCertificateFile()
  natsTlsCa?: string;

  /** File of the certificate that this process shows to the NATS server, in PEM. */
  @IsOptional()
  @IsCertificateFile('natsTlsKey')
  natsTlsCert?: string;

  /** File of the key of that certificate, in PEM. */
  @IsOptional()
  @IsKeyFile()
  natsTlsKey?: string;

  /** How long a request may take, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(600_000)
  requestTimeoutMs: number = 30_000;

  /** How long requests in flight may take to end after SIGTERM, in milliseconds. */
  @IsInt()
  @Min(0)
  @Max(600_000)
  shutdownGraceMs: number = 10_000;

  /** Most threads that compute beside the one that serves: one fewer than the processors that Node may use, at least 1, unless set. */
  @IsInt()
  @Min(1)
  @Max(MOST_WORKER_THREADS)
  workerThreads: number = Math.min(MOST_WORKER_THREADS, Math.max(1, availableParallelism() - 1));

  /** Largest message between services, in bytes. */
  @IsInt()
  @Min(65_536)
  @Max(67_108_864)
  maxMessageBytes: number = 8_388_608;

  /** Most characters of one text. */
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  maxTextCharacters: number = 100_000;

  /** Most texts of one call. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  maxTexts: number = 256;

  /** Most vectors of one call. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxVectors: number = 2_048;
}
