import fastifyStatic from '@fastify/static';
import { programAssets } from '@sigmalang/runtime';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { join } from 'node:path';
import { FOR_DOCUMENTATION } from './limits/browser-rules';
import { createOpenApiDocument } from './openapi-document';
import { sendProblem } from './problem.filter';

/** Serves `/openapi.json`, made at the first request, and the pages `/docs` (Swagger UI) and `/redoc` that show it. */
export async function serveApiDocumentation(app: NestFastifyApplication): Promise<void> {
  let document: Promise<string> | undefined;
  await app.getHttpAdapter().getInstance().register(async (fastify) => {
    fastify.setErrorHandler(sendProblem); // Nest sets its own for what is registered after it
    fastify.addHook('onRoute', (route) => { route.config = { ...route.config, ...FOR_DOCUMENTATION, permission: 'public' }; });
    await fastify.register(fastifyStatic, {
      root: join(programAssets(), 'api-docs'),
      prefix: '/docs/assets/',
      index: false,
      maxAge: '1d',
    });
    fastify.get('/openapi.json', { config: { isStored: true } }, async (_request, reply) => {
      document ??= createOpenApiDocument(app).then((made) => JSON.stringify(made));
      return reply.type('application/json').send(await document);
    });
    fastify.get('/docs', (_request, reply) => reply.sendFile('docs.html', { maxAge: 0 }));
    fastify.get('/redoc', (_request, reply) => reply.sendFile('redoc.html', { maxAge: 0 }));
  });
}
