import { buildMessage, IsBoolean, IsInt, IsOptional, isString, Max, Min, ValidateBy } from 'class-validator';
import { accessSync, constants } from 'node:fs';

/** Settings of the cache of computed replies. */
export class CacheConfig {
  /** Whether replies that were computed are kept for whoever asks the same again. */
  @IsBoolean()
  cacheEnabled: boolean = true;

  /** How long a reply is kept, in seconds. */
  @IsInt()
  @Min(1)
  @Max(86_400)
  cacheTtl: number = 300;

  /** Most bytes of replies in the memory of a gateway. */
  @IsInt()
  @Min(1_048_576)
  @Max(17_179_869_184)
  cacheMemoryBytes: number = 67_108_864;

  /** Largest body of a request whose reply is kept, and largest reply that is, in bytes. */
  @IsInt()
  @Min(1_024)
  @Max(67_108_864)
  cacheEntryBytes: number = 1_048_576;

  /** File of requests to compute at the start, as JSON Lines of `{"path", "body"}`; none when not set. */
  @IsOptional()
  @IsReadableFile()
  cacheWarmupFile?: string;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a file that this process may read. */
function IsReadableFile(): PropertyDecorator {
  return ValidateBy({
    name: 'readableFile',
    validator: {
      validate: (value) => isString(value) && isReadable(value),
      defaultMessage: buildMessage((prefix) => `${prefix}$property must be a file that can be read`),
    },
  });
}
