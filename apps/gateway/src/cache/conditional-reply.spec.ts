import Fastify from 'fastify';
import { isMatched, tagReply } from './conditional-reply';

describe('a tag', () => {
  it.each([
    ['"abc"'],
    ['W/"abc"'],
    ['"x", "abc"'],
    ['"x",W/"abc" ,"y"'],
    ['*'],
    [' * '],
  ])('is matched by If-None-Match: %s', (header) => {
    expect(isMatched(header, '"abc"')).toBe(true);
  });

  it.each([[undefined], [''], ['abc'], ['"ab"'], ['"xabc"'], ['"abc'], ['"x"'], ['"*"'], ['w/"abc"']])('is not matched by If-None-Match: %s', (header) => {
    expect(isMatched(header, '"abc"')).toBe(false);
  });
});

it.each<[before: string | string[] | undefined, isPublic: boolean, vary: string | undefined]>([
  [undefined, false, 'Authorization, X-API-Key'],
  ['Origin', false, 'Origin, Authorization, X-API-Key'],
  [['Origin', 'Accept'], false, 'Origin, Accept, Authorization, X-API-Key'],
  ['Origin', true, 'Origin'],
  [undefined, true, undefined],
])('a reply that varies by %j and is for everyone: %j varies by %j', async (before, isPublic, vary) => {
  const fastify = Fastify();
  fastify.get('/', (request, reply) => {
    if (before !== undefined) reply.header('vary', before);
    tagReply(request, reply, { etag: '"x"', cacheControl: 'no-cache', isPublic });
    return 'x';
  });
  expect((await fastify.inject('/')).headers.vary).toBe(vary);
});
