import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { MessageClass } from '../contract';
import * as contracts from '../index';

const documents = [{ text: 'a' }];

/** Fields with their broken rules, as `field: rule`. */
function faultsOf(request: MessageClass<object>, plain: object): string[] {
  const instance = plainToInstance(request, plain, { exposeDefaultValues: true });
  return validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false }).flatMap(
    ({ property, constraints = {}, children = [] }) =>
      [...Object.keys(constraints), ...(children.length > 0 ? ['children'] : [])].map((rule) => `${property}: ${rule}`),
  );
}

describe('a field of a request about documents', () => {
  it.each<[string, MessageClass<object>, object, string[]]>([
    ['a collection with a capital', contracts.CollectionNameRequest, { name: 'News' }, ['name: collectionName']],
    ['a collection of 64 characters', contracts.CollectionNameRequest, { name: 'n'.repeat(64) }, ['name: collectionName']],
    ['a description of 1,001 characters', contracts.CollectionSettings, { description: 'd'.repeat(1_001) }, ['description: maxLength']],
    ['U+0000 in a description', contracts.CollectionSettings, { description: 'a\0' }, ['description: storable']],
    ['half of a character in a description', contracts.CollectionSettings, { description: '\ud83d' }, ['description: storable']],
    ['a model id of 64 characters', contracts.CollectionSettings, { model: 'm'.repeat(64) }, ['model: maxLength']],
    ['no document', contracts.DocumentsRequest, { documents: [] }, ['documents: arrayMinSize']],
    ['1,001 documents', contracts.DocumentsRequest, { documents: Array.from({ length: 1_001 }, () => ({ text: 'a' })) }, ['documents: arrayMaxSize']],
    ['an id twice', contracts.DocumentsRequest, { documents: [{ id: 'a', text: 'a' }, { text: 'b' }, { id: 'a', text: 'c' }] }, ['documents: idsOnce']],
    ['a document without a text', contracts.DocumentsRequest, { documents: [{ id: 'a' }] }, ['documents: children']],
    ['101 documents to list', contracts.RestListDocumentsRequest, { limit: '101' }, ['limit: max']],
    ['a limit of hexadecimal digits', contracts.RestListDocumentsRequest, { limit: '0x10' }, ['limit: max', 'limit: min', 'limit: isInt']],
    ['an empty cursor', contracts.RestListDocumentsRequest, { cursor: '' }, ['cursor: documentId']],
    ['neither collection nor corpus', contracts.SearchRequest, { query: 'a' }, ['collection: collectionName']],
    ['a collection and a corpus', contracts.SearchRequest, { query: 'a', collection: 'news', corpus: documents }, ['corpus: notTogetherWith']],
    ['a change that a corpus has not', contracts.RestSearchRequest, { query: 'a', corpus: ['b'], minSeq: 1 }, ['corpus: notTogetherWith']],
    ['an empty query', contracts.SearchRequest, { query: '', collection: 'news' }, ['query: query']],
    ['a query of white space', contracts.SearchRequest, { query: ' \n\t\u00a0\u3000', collection: 'news' }, ['query: query']],
    ['U+0000 in a query', contracts.SearchRequest, { query: 'a\0', collection: 'news' }, ['query: query']],
    ['half of a character in a query', contracts.SearchRequest, { query: 'a\ud83d', collection: 'news' }, ['query: query']],
    ['a query of 100,001 characters', contracts.SearchRequest, { query: 'q'.repeat(100_001), collection: 'news' }, ['query: query']],
    ['another mode', contracts.SearchRequest, { query: 'a', collection: 'news', mode: 'vector' }, ['mode: isIn']],
    ['no result', contracts.SearchRequest, { query: 'a', collection: 'news', topK: 0 }, ['topK: min']],
    ['101 results', contracts.SearchRequest, { query: 'a', collection: 'news', topK: 101 }, ['topK: max']],
    ['a change before the first', contracts.SearchRequest, { query: 'a', collection: 'news', minSeq: -1 }, ['minSeq: min']],
    ['a weight over 1', contracts.SearchRequest, { query: 'a', collection: 'news', weights: { keyword: 2, semantic: 0 } }, ['weights: children']],
    ['weights of 0', contracts.SearchRequest, { query: 'a', collection: 'news', weights: { keyword: 0, semantic: -0 } }, ['weights: weights']],
    ['a weight alone', contracts.SearchRequest, { query: 'a', collection: 'news', weights: { keyword: 1 } }, ['weights: children']],
    ['an empty corpus', contracts.SearchRequest, { query: 'a', corpus: [] }, ['corpus: arrayMinSize']],
    ['257 documents for a corpus', contracts.SearchRequest, { query: 'a', corpus: Array.from({ length: 257 }, () => ({ text: 'a' })) }, ['corpus: arrayMaxSize']],
    ['an id twice in a corpus', contracts.SearchRequest, { query: 'a', corpus: [{ id: '1', text: 'a' }, { text: 'b' }] }, ['corpus: idsOnce']],
    ['257 texts for a corpus', contracts.RestSearchRequest, { query: 'a', corpus: Array.from({ length: 257 }, () => 'a') }, ['corpus: corpus']],
    ['no text for a corpus', contracts.RestSearchRequest, { query: 'a', corpus: [] }, ['corpus: corpus']],
    ['a number in a corpus', contracts.RestSearchRequest, { query: 'a', corpus: ['a', 1] }, ['corpus: corpus']],
    ['a list in a corpus', contracts.RestSearchRequest, { query: 'a', corpus: [['a']] }, ['corpus: corpus']],
  ])('is refused with %s', (_what, request, plain, faults) => {
    expect(faultsOf(request, plain).sort()).toEqual([...faults].sort());
  });

  it.each([{ keyword: 1, semantic: 0 }, { keyword: 0, semantic: 0.001 }])('is not refused with weights %j', (weights) => {
    expect(faultsOf(contracts.SearchRequest, { query: 'a', collection: 'news', weights })).toEqual([]);
  });

  it.each<[where: string, MessageClass<object>, object, string]>([
    ['a document', contracts.DocumentsRequest, { documents: [[{ text: 'a' }]] }, 'documents'],
    ['a filter', contracts.SearchRequest, { query: 'a', collection: 'news', filter: [{ key: 'a', equals: 1 }] }, 'filter'],
    ['weights', contracts.SearchRequest, { query: 'a', collection: 'news', weights: [] }, 'weights'],
  ])('refuses a list in the place of %s', (_what, request, plain, field) => {
    expect(faultsOf(request, plain)).toContainEqual(expect.stringMatching(`^${field}: `));
  });
});
