import fastify from 'fastify';
import { connect } from 'nats';

/** The least that answers HTTP through NATS: Fastify and the client, nothing measured, checked or logged. */
export async function runBareGateway(): Promise<void> {
  const { NATS_URL: servers, PORT } = process.env;
  const connection = await connect({ servers: servers ?? '' });
  const app = fastify();
  app.post('/echo', async (request) => {
    const reply = await connection.request('bare.echo', JSON.stringify(request.body), { timeout: 30_000 });
    return reply.json<object>();
  });
  await app.listen({ port: Number(PORT), host: '127.0.0.1' });
  process.stdout.write('{"msg":"ready"}\n');
}

/** The least that answers over NATS. */
export async function runBareService(): Promise<void> {
  const connection = await connect({ servers: process.env.NATS_URL ?? '' });
  connection.subscribe('bare.echo', {
    queue: 'bare',
    callback: (_error, message) => message.respond(JSON.stringify(message.json<object>())),
  });
  await connection.flush();
  process.stdout.write('{"msg":"ready"}\n');
}
