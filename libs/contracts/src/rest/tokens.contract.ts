import { isString, ValidateBy } from 'class-validator';
import { RULES } from '../rules';
import { say } from '../messages/message';

/** What a refresh token looks like. */
export const REFRESH_TOKEN = /^rt_[A-Za-z0-9_-]{43}$/;

/** Nothing beside the key that the request is made with. */
export class CreateTokenRequest {}

/** A refresh token. */
export class RefreshTokenRequest {
  /** The refresh token. Secret. */
  @IsRefreshToken()
  refreshToken!: string;
}

/** Tokens in the place of a key. */
export class TokenResponse {
  /** Goes into `Authorization: Bearer`. Secret. */
  accessToken!: string;

  /** How the access token is sent. */
  tokenType!: 'Bearer';

  /** For how long the access token is good, in seconds. */
  expiresIn!: number;

  /** Gets the next tokens, once. Secret. */
  refreshToken!: string;

  /** For how long the refresh token is good, in seconds. */
  refreshExpiresIn!: number;
}

/** What became of a session. */
export class RevokeTokenResponse {
  /** Whether the token was of a session that went on until now. */
  revoked!: boolean;
}

/** A refresh token. */
function IsRefreshToken(): PropertyDecorator {
  return ValidateBy({
    name: RULES.refreshToken,
    validator: {
      validate: (value) => isString(value) && REFRESH_TOKEN.test(value),
      defaultMessage: (fault) => say`${fault?.property ?? 'refreshToken'} must be "rt_" and 43 letters, digits, "_" or "-"`.text,
    },
  });
}
