import { buildMessage, IsBoolean, IsInt, isString, Max, Min, ValidateBy } from 'class-validator';
import { isIP } from 'node:net';

const MOST_A_MINUTE = 60_000_000;
const LARGEST_BURST = 1_000_000;
const LONGEST_TIMEOUT_MS = 600_000;

/** Settings of how much a gateway takes, from whom, and what it says to browsers. */
export class LimitsConfig {
  /** Whether each caller may ask so often and no more. */
  @IsBoolean()
  rateLimitEnabled: boolean = true;

  /** Requests a minute of a key that has no rate of its own. */
  @IsInt()
  @Min(1)
  @Max(MOST_A_MINUTE)
  keyRatePerMinute: number = 600;

  /** Requests at once of a key that has no burst of its own. */
  @IsInt()
  @Min(1)
  @Max(LARGEST_BURST)
  keyBurst: number = 50;

  /** Requests a minute of an address that shows no key, or a wrong one. */
  @IsInt()
  @Min(1)
  @Max(MOST_A_MINUTE)
  addressRatePerMinute: number = 60;

  /** Requests at once of an address that shows no key, or a wrong one. */
  @IsInt()
  @Min(1)
  @Max(LARGEST_BURST)
  addressBurst: number = 10;

  /** Addresses, or ranges such as 10.0.0.0/8, of the proxies whose X-Forwarded-For is believed, separated by commas; nobody's is when empty. */
  @IsListOf('addresses or ranges such as 10.0.0.0/8', isRange)
  trustedProxies: string = '';

  /** Origins whose pages may call, such as https://app.example.com, separated by commas; `*` for all, none when empty. */
  @IsListOf('origins such as https://app.example.com, or *', isOrigin)
  corsOrigins: string = '';

  /** For how many seconds browsers shall reach this host over TLS alone (Strict-Transport-Security); 0 says nothing. */
  @IsInt()
  @Min(0)
  @Max(63_072_000)
  hstsMaxAgeS: number = 0;

  /** Most connections at the same time; more are closed unheard. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxConnections: number = 10_000;

  /** How long the head of a request may take to come, in milliseconds; its body has until REQUEST_TIMEOUT_MS. */
  @IsInt()
  @Min(100)
  @Max(LONGEST_TIMEOUT_MS)
  headersTimeoutMs: number = 10_000;

  /** How long a connection is kept for the next request, in milliseconds; longer than a load balancer before it keeps its own. */
  @IsInt()
  @Min(100)
  @Max(LONGEST_TIMEOUT_MS)
  keepAliveTimeoutMs: number = 72_000;

  /** How long a reply may wait for a client that reads slower than 64 KiB a second, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(LONGEST_TIMEOUT_MS)
  slowReaderTimeoutMs: number = 10_000;

  /** How long a request should wait for those before it, in milliseconds: what would wait longer is refused; 0 refuses none. */
  @IsInt()
  @Min(0)
  @Max(LONGEST_TIMEOUT_MS)
  shedLatencyMs: number = 250;

  /** Requests at the same time of which none is refused, however long they wait. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  shedMinInFlight: number = 256;
}

/** The parts of a list that is written with commas. */
export function partsOf(list: string): string[] {
  return list.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function isRange(part: string): boolean {
  const [address = '', bits, ...rest] = part.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128));
}

function isOrigin(part: string): boolean {
  return part === '*' || (/^https?:\/\//.test(part) && URL.canParse(part) && new URL(part).origin === part);
}

/** A list, written with commas, of parts that are well formed; it may be empty. */
function IsListOf(what: string, isWellFormed: (part: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name: 'listOf',
    validator: {
      validate: (value) => isString(value) && partsOf(value).every(isWellFormed),
      defaultMessage: buildMessage((prefix) => `${prefix}$property must be a list, separated by commas, of ${what}`),
    },
  });
}
