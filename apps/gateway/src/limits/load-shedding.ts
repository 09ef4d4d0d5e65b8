import { ServiceError } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Checkpoint } from '../front-door';
import { limitsMetrics, measuredShedders } from './limits-metrics';
import type { AdmittedRequest, LoadShedder } from './load-shedder';

const RETRY_AFTER_S = 1;
const TELL_EVERY_MS = 10_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as load; absent for what is none. */
    admitted?: AdmittedRequest;
    /** Whether it was refused as too much, which is logged of all together. */
    isShed?: true;
  }
}

/** Refuses requests that would wait too long, before anything else is done for them; never those about health. */
export function shedLoad(fastify: FastifyInstance, shedder: LoadShedder): Checkpoint {
  measuredShedders.add(shedder);
  fastify.addHook('onClose', (_fastify, done) => {
    measuredShedders.delete(shedder);
    done();
  });
  fastify.addHook('preHandler', (request, _reply, done) => {
    request.admitted?.begin();
    done();
  });
  const logger = new Logger('LoadShedding');
  let told = Number.NEGATIVE_INFINITY;
  const tell = (): void => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    logger.warn({ msg: 'There are more requests than can be answered in time; some are refused', inFlight: shedder.inFlight, most: shedder.limit });
  };
  return async (request, reply) => {
    if (request.routeOptions.config.isHealth) return;
    const outcome = shedder.admit();
    if ('refused' in outcome) {
      limitsMetrics.shed.inc({ reason: outcome.refused });
      request.isShed = true;
      tell();
      await shedder.refusalTime();
      void reply.header('retry-after', RETRY_AFTER_S);
      throw new ServiceError('UNAVAILABLE', 'There are more requests than can be answered in time; try again later');
    }
    request.admitted = outcome.request;
    reply.raw.once('close', () => { outcome.request.end(reply.raw.writableFinished); });
  };
}
