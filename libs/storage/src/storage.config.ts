import { Client } from 'pg';
import { buildMessage, IsInt, IsOptional, isString, Max, Min, ValidateBy } from 'class-validator';

/** Settings of the database. */
export class StorageConfig {
  /** PostgreSQL to keep everything in, as `postgres://user:password@host:port/database`; a PostgreSQL inside of the process, in the folder `postgres` of DATA_DIR, when not set. Secret. */
  @IsOptional()
  @IsPostgresUrl()
  databaseUrl?: string;

  /** Most connections to the server at the same time; inside of the process there is one. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  databasePoolSize: number = 10;

  /** How long a statement may take, and a transaction a second more, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(3_600_000)
  databaseTimeoutMs: number = 10_000;

  /** How long it may take to get a connection, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(600_000)
  databaseConnectionTimeoutMs: number = 5_000;
}

/** Whether the driver can make sense of a URL, and read the files that it names. */
function isRead(connectionString: string): boolean {
  try {
    return Boolean(new Client({ connectionString }));
  } catch {
    return false;
  }
}

/** A URL of PostgreSQL; what is said of another one holds nothing of it. */
function IsPostgresUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'postgresUrl',
    validator: {
      validate: (value) => isString(value) && /^postgres(ql)?:\/\//.test(value) && URL.canParse(value) && isRead(value),
      defaultMessage: buildMessage(
        (prefix) => `${prefix}$property must be a URL such as postgres://user:password@host:5432/database; files that it names, such as sslrootcert, must be readable`,
      ),
    },
  });
}
