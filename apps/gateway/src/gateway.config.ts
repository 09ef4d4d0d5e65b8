import { IsInt, Max, Min } from 'class-validator';

/** Settings of the gateway. */
export class GatewayConfig {
  /** Port of the REST API; 0 picks a free one. */
  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 8000;

  /** How long the gateway goes on as before after SIGTERM, in milliseconds: it is not ready and each reply ends its connection, until load balancers and clients have gone elsewhere. Nothing is waited for after SIGINT. */
  @IsInt()
  @Min(0)
  @Max(600_000)
  shutdownDelayMs: number = 0;

  /** Largest body of a request, in bytes. */
  @IsInt()
  @Min(1024)
  @Max(1_073_741_824)
  maxBodyBytes: number = 1_048_576;

  /** Largest body of a request that carries vectors or documents, in bytes. */
  @IsInt()
  @Min(1024)
  @Max(1_073_741_824)
  maxVectorBodyBytes: number = 6_291_456;
}
