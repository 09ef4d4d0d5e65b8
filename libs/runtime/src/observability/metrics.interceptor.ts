import { ServiceError } from '@sigmalang/contracts';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { measureRequest } from './request-metrics';

/** Measures every request of a contract: how many, how long, with what outcome. */
export class MetricsInterceptor implements NestInterceptor {
  /** @param contract subject of the contract */
  constructor(private readonly contract: string) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const end = measureRequest(this.contract);
    return next.handle().pipe(
      tap({
        complete: () => { end({ code: 'OK' }); },
        error: (error: unknown) => {
          end(error instanceof ServiceError ? error : { code: 'INTERNAL' });
        },
      }),
    );
  }
}
