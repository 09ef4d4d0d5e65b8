import { IsInt, Max, Min } from 'class-validator';

/** Settings of calls to services, in every process. */
export class ResilienceConfig {
  /** How often a call that no process took is made again, where its contract allows that. */
  @IsInt()
  @Min(0)
  @Max(10)
  callRetries: number = 2;

  /** Longest pause before the first repetition of a call, in milliseconds; twice that before the second. The pause itself is random. */
  @IsInt()
  @Min(1)
  @Max(5_000)
  callRetryDelayMs: number = 100;

  /** Most calls to one service that a process waits for at once; it refuses those beyond. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  mostCallsPerService: number = 1_024;

  /** How often a service that is away is asked whether it is back, in milliseconds. */
  @IsInt()
  @Min(50)
  @Max(3_000)
  breakerPingMs: number = 500;
}
