import type { Socket } from 'node:net';

/** What to do for each request of a connection that is not answered when the connection closes. */
const unanswered = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `leave` if a connection closes before the request is answered. The function that is returned says that it is, and
 * returns whether the caller was still there.
 */
export function watchCaller(socket: Socket, leave: () => void): () => boolean {
  const requests = unanswered.get(socket) ?? watch(socket);
  requests.add(leave);
  return () => requests.delete(leave);
}

/** Whether a connection carries a request that is not answered. */
export function isAsking(socket: Socket): boolean {
  return (unanswered.get(socket)?.size ?? 0) > 0;
}

/** Listens to a connection once, however many requests it carries one after the other. */
function watch(socket: Socket): Set<() => void> {
  const requests = new Set<() => void>();
  unanswered.set(socket, requests);
  socket.once('close', () => {
    for (const leave of requests) {
      requests.delete(leave);
      leave();
    }
  });
  return requests;
}
