import { beginSpanOfRequest, endWith } from '@sigmalang/runtime';
import { type Command, Redis } from 'ioredis';

/** A connection to Redis whose commands each leave a span in the trace of the request being worked on: the name of the command, and nothing that was sent with it. */
export class TracedRedis extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    const name = command.name.toUpperCase();
    const span = beginSpanOfRequest({ kind: 'client', name, attributes: { 'db.system.name': 'redis', 'db.operation.name': name } });
    if (span) endWith(span, command.promise).catch(() => undefined); // whoever sent it hears of it
    return super.sendCommand(command, stream);
  }
}
