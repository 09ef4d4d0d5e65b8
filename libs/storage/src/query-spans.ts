import { beginSpan, beginSpanOfRequest, type Span } from '@sigmalang/runtime';
import type { PoolClient } from 'pg';
import { causeOf, codeOf } from './storage-errors';

/** First words of statements that a span may be named by. */
const COMMANDS = new Set('SELECT INSERT UPDATE DELETE WITH BEGIN COMMIT ROLLBACK SET RESET LOCK TRUNCATE CREATE ALTER DROP ANALYZE VACUUM DECLARE FETCH CLOSE'.split(' '));

/** The span of an operation on the database, with one of each of its statements. */
export class OperationSpan {
  constructor(
    private readonly operation: string,
    private readonly isEmbedded: boolean,
    private readonly span: Span,
  ) {}

  /** A connection whose statements each leave a span. */
  tracing(client: PoolClient): PoolClient {
    const send = client.query.bind(client) as (...args: unknown[]) => unknown;
    const query = (...args: unknown[]): unknown => {
      const statement = this.beginStatement(args[0]);
      const answer = send(...args);
      if (answer instanceof Promise) {
        answer.then(() => { statement?.end('OK'); }, (error: unknown) => { statement?.end(codeOf(causeOf(error))); });
      }
      return answer;
    };
    return Object.create(client, { query: { value: query } }) as PoolClient;
  }

  /** Ends it, with an outcome. */
  end(outcome: string): void {
    this.span.end(outcome);
  }

  private beginStatement(statement: unknown): Span | undefined {
    const command = commandOf(statement);
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': command,
      'sigmalang.database.operation': this.operation,
      'sigmalang.database.embedded': this.isEmbedded,
    };
    return beginSpan({ kind: 'client', name: command, attributes, parent: this.span.traceparent });
  }
}

/** Begins the span of an operation, if the request being worked on is traced; what is done for no request would be most of all traces. */
export function beginOperationSpan(operation: string, isEmbedded: boolean): OperationSpan | undefined {
  const attributes = { 'sigmalang.database.operation': operation, 'sigmalang.database.embedded': isEmbedded };
  const span = beginSpanOfRequest({ kind: 'internal', name: operation, attributes });
  return span && new OperationSpan(operation, isEmbedded, span);
}

/** The command of a statement, which is its first word: of the rest nothing is told. */
function commandOf(statement: unknown): string {
  const text = typeof statement === 'object' && statement !== null && 'text' in statement ? statement.text : statement;
  const [, word = ''] = typeof text === 'string' ? (/^\s*([a-z]+)/i.exec(text) ?? []) : [];
  const command = word.toUpperCase();
  return COMMANDS.has(command) ? command : 'OTHER';
}
