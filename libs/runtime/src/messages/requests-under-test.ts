import { openRequest, withRequest } from './request-context';

/** A service each of whose calls is in a request of somebody; an admin may ask for the things of another owner. */
export function askedBy<Service extends object>(subject: string, service: Service, owner = subject): Service {
  const identity = { subject, role: 'admin', owner } as const;
  return new Proxy(service, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown =>
        withRequest(openRequest(60_000, undefined, undefined, undefined, identity), () => Reflect.apply(member, target, args) as unknown);
    },
  });
}
