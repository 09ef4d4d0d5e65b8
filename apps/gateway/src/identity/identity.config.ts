import { NotTogetherWith } from '@sigmalang/contracts';
import { buildMessage, IsIn, IsInt, IsOptional, IsString, isString, Matches, Max, MaxLength, Min, MinLength, ValidateBy } from 'class-validator';
import { API_KEY } from './credentials';

const MODES = ['required', 'off'] as const;
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'PS256'] as const;

/** Settings of who may call. */
export class IdentityConfig {
  /** Whether callers must say who they are: `required`, or `off`, which takes everyone who reaches the port for an admin. */
  @IsIn(MODES)
  authMode: (typeof MODES)[number] = 'required';

  /** Secret of at least 32 characters from which keys are hashed and tokens signed, the same in all gateways of an installation; made at the first start and kept in the file `auth.secret` of DATA_DIR when not set. Secret. */
  @IsOptional()
  @IsString()
  @MinLength(32)
  @MaxLength(1_024)
  authSecret?: string;

  /** A key (`sk_` and 43 characters) that is made an admin's at the start when it is not there; without it and without any admin's key one is made up. Secret. */
  @IsOptional()
  @Matches(API_KEY, { message: '$property must be "sk_" and 43 letters, digits, "_" or "-"' })
  adminKey?: string;

  /** Secret of at least 32 characters of somebody who signs tokens with HS256. Secret. */
  @IsOptional()
  @IsString()
  @MinLength(32)
  @MaxLength(1_024)
  jwtSecret?: string;

  /** Where the public keys of somebody who signs tokens are, as a JSON Web Key Set; https, or http on this machine. */
  @IsOptional()
  @NotTogetherWith('jwtSecret')
  @IsKeySetUrl()
  jwtJwksUrl?: string;

  /** The one algorithm that tokens of `jwtJwksUrl` may be signed with. */
  @IsIn(ALGORITHMS)
  jwtAlgorithm: (typeof ALGORITHMS)[number] = 'RS256';

  /** Who must have issued a token; anybody who could sign it when not set. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  jwtIssuer?: string;

  /** Whom a token must be for. */
  @IsString()
  @MinLength(1)
  jwtAudience: string = 'sigmalang';

  /** The claim of a token that names the role of its holder. */
  @IsString()
  @MinLength(1)
  jwtRoleClaim: string = 'role';

  /** How far the clocks of who signs tokens may be off, in seconds. */
  @IsInt()
  @Min(0)
  @Max(600)
  jwtClockSkewS: number = 30;

  /** How long an access token is good, in seconds. */
  @IsInt()
  @Min(1)
  @Max(86_400)
  accessTokenTtlS: number = 900;

  /** How long a refresh token is good, in seconds. */
  @IsInt()
  @Min(1)
  @Max(31_536_000)
  refreshTokenTtlS: number = 2_592_000;

  /** How long a key may be taken for good without a look at the database that others change too, in milliseconds: by then a revoked key is refused everywhere, and while the database is away longer every key. */
  @IsInt()
  @Min(0)
  @Max(600_000)
  authStaleMs: number = 2_000;
}

/** A URL of https, or of http on the loopback; what is said of another one holds nothing of it. */
function IsKeySetUrl(): PropertyDecorator {
  const isSafe = (value: string): boolean => {
    const { protocol, hostname } = new URL(value);
    return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
  };
  return ValidateBy({
    name: 'keySetUrl',
    validator: {
      validate: (value) => isString(value) && URL.canParse(value) && isSafe(value),
      defaultMessage: buildMessage((prefix) => `${prefix}$property must be a URL of https, or of http on this machine`),
    },
  });
}
