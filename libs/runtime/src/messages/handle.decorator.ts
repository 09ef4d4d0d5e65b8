import type { Contract } from '@sigmalang/contracts';
import { applyDecorators, UseFilters, UsePipes } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { RequestPipe } from './request.pipe';
import { ServiceErrorFilter } from './service-error.filter';

/** A method that answers a contract. */
export type HandlerOf<Request extends object, Response extends object> = (
  request: Request,
) => Response | Promise<Response>;

/**
 * Makes a controller's method the handler of a contract: its requests are validated, its errors become
 * {@link ServiceError}s. A method of other types than the contract's does not compile.
 */
export function Handle<Request extends object, Response extends object>(contract: Contract<Request, Response>) {
  const decorate = applyDecorators(
    MessagePattern(contract.subject),
    UseFilters(new ServiceErrorFilter()),
    UsePipes(new RequestPipe(contract.request)),
  );
  return <Handler extends HandlerOf<Request, Response>>(
    target: object,
    property: string,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    decorate(target, property, descriptor);
  };
}
