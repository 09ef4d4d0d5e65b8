import * as contracts from '@sigmalang/contracts';
import metadata from '@sigmalang/contracts/openapi-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import { version } from '@sigmalang/package';
import { addHeaders } from './openapi-headers';
import { SECURITY_SCHEMES, URL_EXTENSION } from './route.decorator';

type Schema = Record<string, unknown> & { items?: Record<string, unknown> };
interface Operation {
  [URL_EXTENSION]?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
}
type RuleMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Makes the OpenAPI 3.1 document of the REST surface from its routes and the contract classes. */
export async function createOpenApiDocument(app: NestFastifyApplication): Promise<OpenAPIObject> {
  await SwaggerModule.loadPluginMetadata(metadata);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('ΣLANG')
    .setDescription('Text to hypervectors and back, exactly; similarity, embeddings, analogies of words, and search.')
    .setVersion(version)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'A key, as POST /v1/keys gives it.' }, SECURITY_SCHEMES.key)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key, or a JSON Web Token.' }, SECURITY_SCHEMES.bearer)
    .build();
  // What is one of two things has rules that name its class, and no type that does.
  const extraModels = [contracts.ErasedSpan, contracts.RestSigmaVector];
  const document = SwaggerModule.createDocument(app, config, { extraModels });
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    const contract: unknown = (contracts as Record<string, unknown>)[name];
    if (typeof contract === 'function' && 'properties' in schema && schema.properties) {
      Object.assign(schema, { additionalProperties: false });
      const properties = schema.properties as Record<string, Schema>;
      addRules(contract, properties);
      for (const [field, property] of Object.entries(properties)) {
        if (property.items?.required === false) schema.required = schema.required?.filter((name) => name !== field) ?? [];
        toJsonSchema(property);
      }
    }
  }
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as Record<string, Operation>)) addRulesOfUrl(operation);
  }
  addHeaders(document);
  return document;
}

/** Adds the rules of what the URL says to the parameters of an operation. */
function addRulesOfUrl(operation: Operation): void {
  const names = operation[URL_EXTENSION] ?? [];
  Reflect.deleteProperty(operation, URL_EXTENSION);
  const schemas = Object.fromEntries((operation.parameters ?? []).map(({ name, schema }) => [name, schema]));
  for (const name of names) {
    const contract: unknown = (contracts as Record<string, unknown>)[name];
    if (typeof contract === 'function') addRules(contract, schemas);
  }
}

/** Takes out what Nest writes and OpenAPI 3.1 does not know: `nullable`, and a mark of optional fields in a list of lists; and line breaks. */
function toJsonSchema(property: Schema): void {
  if (property.items && 'required' in property.items) {
    delete property.items.required;
    property.description = property.items.description;
    delete property.items.description;
  }
  if (typeof property.description === 'string') property.description = property.description.replace(/\s+/g, ' ');
  if (property.nullable === true) property.type = [property.type, 'null'];
  delete property.nullable;
}

/** Adds what the rules of a class say and its declaration alone does not: limits in force, unions, whole numbers. */
function addRules(contract: object, properties: Record<string, Schema>): void {
  const rules = getMetadataStorage().getTargetValidationMetadatas(contract as never, '', false, false);
  for (const rule of rules) {
    const property = properties[rule.propertyName];
    if (!property) continue;
    const target = rule.each ? (property.items ??= {}) : property;
    const { minItems } = target;
    Object.assign(target, schemaOf(rule));
    if (typeof minItems === 'number' && minItems > Number(target.minItems)) target.minItems = minItems;
    if ('oneOf' in target) delete target.type;
  }
}

const vectorData = [
  { type: 'string' },
  { type: 'array', items: { type: 'integer', enum: [1, -1] }, maxItems: 65_536 },
];

/** What a filter compares with. */
const SCALAR = { type: ['string', 'number', 'boolean', 'null'] };

/** A reference to the class that a rule names. */
function schemaNamed([name]: readonly unknown[]): object {
  return { $ref: `#/components/schemas/${String(name)}` };
}

/** What one rule says of a value, as JSON Schema. */
function schemaOf({ name, constraints }: RuleMetadata): object {
  const { limits, RULES } = contracts;
  const text = { type: 'string', maxLength: limits.textCharacters };
  switch (name) {
    case 'isInt':
      return { type: 'integer' };
    case 'isIn':
      return { enum: (constraints as unknown[])[0] };
    case 'min':
      return { minimum: (constraints as unknown[])[0] };
    case 'max':
      return { maximum: (constraints as unknown[])[0] };
    case 'maxLength':
      return { maxLength: (constraints as unknown[])[0] };
    case 'arrayMaxSize':
      return { maxItems: (constraints as unknown[])[0] };
    case 'max': // where it is a constant, whose name alone the metadata sees
      return { maximum: (constraints as unknown[])[0] };
    case RULES.text:
      return text;
    case RULES.symbol:
      return { type: 'string', minLength: 1, maxLength: contracts.LONGEST_SYMBOL };
    case RULES.analogyQuery:
      return { type: 'string', maxLength: contracts.LONGEST_QUERY };
    case RULES.listCursor:
      return { type: 'string', pattern: contracts.LIST_CURSOR };
    case RULES.recordName:
      return { type: 'string', pattern: contracts.KEPT_NAME.source };
    case RULES.rolesOnce:
      return { maxItems: contracts.MOST_PAIRS };
    case RULES.collectionName:
      return { type: 'string', pattern: contracts.KEPT_NAME.source };
    case RULES.documentId:
      return { type: 'string', minLength: 1, maxLength: contracts.LONGEST_DOCUMENT_ID };
    case RULES.storable:
      return { type: 'string' };
    case RULES.documentText:
      return text;
    case RULES.query:
      return { ...text, minLength: 1, pattern: '\\S' };
    case RULES.corpus:
      return { type: 'array', minItems: 1, maxItems: contracts.MOST_CORPUS_TEXTS, items: { oneOf: [text, schemaNamed(constraints)] } };
    case RULES.metadata:
      return { maxProperties: contracts.MOST_METADATA_KEYS };
    case RULES.metadataPath:
      return { type: 'string', minLength: 1 };
    case RULES.scalar:
      return SCALAR;
    case RULES.scalarList:
      return { type: 'array', minItems: 1, maxItems: contracts.MOST_FILTER_PARTS, items: SCALAR };
    case RULES.rangeBound:
      return { type: ['number', 'string'] };
    case RULES.unique:
      return { uniqueItems: true };
    case RULES.atMostTexts:
      return { minItems: 1, maxItems: limits.textsPerCall };
    case RULES.atMostVectors:
      return { minItems: 1, maxItems: limits.vectorsPerCall };
    case RULES.textOrTexts:
      return { oneOf: [text, { type: 'array', items: text, minItems: 1, maxItems: limits.textsPerCall }] };
    case RULES.textOrVector:
      return { oneOf: [text, schemaNamed(constraints)] };
    case RULES.vectorData:
      return { oneOf: vectorData };
    case RULES.erasure:
      return { oneOf: [{ type: 'string' }, { type: 'array', items: schemaNamed(constraints), maxItems: contracts.MOST_SPANS }] };
    case RULES.copies:
      return { type: 'array', items: { oneOf: vectorData }, maxItems: contracts.MOST_COPIES };
    case 'minLength':
      return { minLength: (constraints as unknown[])[0] };
    case 'isUuid':
      return { type: 'string', format: 'uuid' };
    case RULES.callersSubject:
      return { type: 'string', pattern: contracts.CALLERS_SUBJECT.source };
    case RULES.momentToCome:
      return { type: 'string', format: 'date-time' };
    case RULES.refreshToken:
      return { type: 'string', pattern: contracts.REFRESH_TOKEN.source };
    case RULES.floats:
      return { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'number' } }] };
    default:
      return {};
  }
}
