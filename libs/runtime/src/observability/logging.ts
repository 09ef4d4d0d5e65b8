import { Logger, PinoLogger } from 'nestjs-pino';
import { pino, type Logger as Log } from 'pino';
import { currentRequest, spanIdOf, traceIdOf } from '../messages/request-context';

/**
 * The log of a process: JSON lines on standard output, each with the request id, trace id and span id of the request being
 * worked on. Nobody logs a text, a vector or a header.
 */
export function createLog(name: string, level: string): Log {
  return pino({
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const context = currentRequest();
      if (!context) return {};
      const { requestId, traceparent } = context;
      return { requestId, traceId: traceIdOf(traceparent), spanId: spanIdOf(traceparent) };
    },
  });
}

const START_CONTEXTS = new Set<unknown>([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's logger onto the log of the process; what Nest tells of each module and route it starts goes to debug. */
export class ProcessLogger extends Logger {
  /** @param log the log of the process */
  constructor(log: Log) {
    super(new PinoLogger({ pinoHttp: { logger: log } }), {});
  }

  override log(message: unknown, ...parameters: unknown[]): void {
    if (START_CONTEXTS.has(parameters.at(-1))) super.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}
