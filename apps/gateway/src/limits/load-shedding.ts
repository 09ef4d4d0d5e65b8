import { ServiceError } from '@sigmalang/contracts';
import type { FastifyInstance } from 'fastify';
import type { Checkpoint } from '../front-door';
import { limitsMetrics } from './limits-metrics';
import type { AdmittedRequest, LoadShedder } from './load-shedder';

const RETRY_AFTER_S = 1;

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as load; absent for what is none. */
    admitted?: AdmittedRequest;
  }
}

/** Refuses requests that would wait too long, before anything else is done for them; never those about health. */
export function shedLoad(fastify: FastifyInstance, shedder: LoadShedder): Checkpoint {
  fastify.addHook('preHandler', (request, _reply, done) => {
    request.admitted?.begin();
    done();
  });
  return (request, reply) => {
    if (request.routeOptions.config.isHealth) return;
    const outcome = shedder.admit();
    if ('refused' in outcome) {
      limitsMetrics.shed.inc({ reason: outcome.refused });
      void reply.header('retry-after', RETRY_AFTER_S);
      throw new ServiceError('UNAVAILABLE', 'There are more requests than can be answered in time; try again later');
    }
    request.admitted = outcome.request;
    reply.raw.once('close', () => { outcome.request.end(reply.raw.writableFinished); });
  };
}
