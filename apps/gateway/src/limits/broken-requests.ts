import { countRefusal } from '@sigmalang/runtime';
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { isAsking } from '../callers';
import { NO_ROUTE } from '../http-requests';

/** What is wrong with bytes that are no request that a route could answer, by the code that Node gives it. */
const FAULTS: Readonly<Record<string, { status: number; code: string; title: string; detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'TIMEOUT', title: 'The request took too long', detail: 'The request did not come in time' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'PAYLOAD_TOO_LARGE', title: 'The request is too large', detail: 'The head of the request is too large' },
};

const MALFORMED = { status: 400, code: 'INVALID_REQUEST', title: 'The request is invalid', detail: 'The request is not well-formed HTTP' };

/** Answers what is no request, or did not come in time, with a problem document, and closes its connection. */
export function refuseBrokenRequest(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, code, title, detail } = FAULTS[error.code ?? ''] ?? MALFORMED;
  count(code, socket);
  const requestId = randomBytes(12).toString('base64url');
  const type = `urn:sigmalang:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  const problem = JSON.stringify({ type, title, status, detail, instance: '/', code, requestId });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(problem)}`,
    `x-request-id: ${requestId}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${problem}`, () => { socket.destroy(); });
  else socket.destroy();
}

/** Not what is counted under its route when its connection closes, nor a connection that nobody used; who does not go on with a request gave it up. */
function count(code: string, socket: Socket): void {
  if (isAsking(socket) || socket.bytesRead === 0) return;
  countRefusal(NO_ROUTE, code === 'TIMEOUT' ? 'CANCELLED' : code);
}
