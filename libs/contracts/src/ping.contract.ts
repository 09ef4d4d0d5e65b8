import { defineContract, type Contract } from './contract';

/** Nothing needs to be said. */
export class PingRequest {}

/** A service that answers. */
export class PingResponse {
  /** Name of the service. */
  service!: string;

  /** Whether it is ready for requests. */
  ready!: boolean;
}

/** The contract by which a service says that it is there; every service answers it. */
export function pingOf(service: string): Contract<PingRequest, PingResponse> {
  return defineContract({ subject: `${service}.v1.ping`, request: PingRequest, response: PingResponse, isIdempotent: true });
}

/** Whether a contract is that by which a service says that it is there. */
export function isPing({ response }: Contract<object, object>): boolean {
  return response === PingResponse;
}
