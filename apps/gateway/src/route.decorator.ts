import { type MessageClass, Problem, type RoutePermission } from '@sigmalang/contracts';
import { RequestPipe, toRequest } from '@sigmalang/runtime';
import { applyDecorators, type ArgumentMetadata, Delete, Get, HttpCode, type PipeTransform, Post, Put, UsePipes } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  type ApiResponseOptions,
  ApiSecurity,
  getSchemaPath,
} from '@nestjs/swagger';
import type { IsComputed } from './cache/cached-routes';

/** The two ends of a route: a contract, or a pair of classes that only the REST surface has. */
interface Ends<Request extends object, Response extends object, Other extends object> {
  readonly request: MessageClass<Request>;
  readonly response: MessageClass<Response>;
  /** What some requests are answered with instead. */
  readonly otherResponse?: MessageClass<Other>;
}

/** Names the classes of what the URL says, until the rules of their fields stand in the API's documentation. */
export const URL_EXTENSION = 'x-url';

/** What a route says of itself. */
interface RouteDescription {
  /** One sentence for the API's documentation. */
  readonly summary: string;
  /** What the caller must be permitted. */
  readonly permission: RoutePermission;
  /** A request to try. */
  readonly example?: object;
  /** Whether the body carries vectors or documents, and so may be larger. */
  readonly isLarge?: boolean;
  /** Whether a POST has no body; then the request is in `@Query`. */
  readonly hasNoBody?: boolean;
  /** Whether the reply is computed from the request alone, for which bodies at least, and so may be kept for whoever asks the same. */
  readonly isCached?: boolean | IsComputed;
  /** The method, POST unless said; GET and DELETE have no body: their request is in `@Param` or `@Query`. */
  readonly method?: keyof typeof METHODS;
  /** What the path says beside a body or a query, as a message in `@Param`. */
  readonly url?: MessageClass<object>;
  /** Media type of the reply where it is a stream of lines, each of the class of the response. */
  readonly streams?: string;
  /** Statuses of problems that this route has and most have not. */
  readonly failures?: readonly (keyof typeof FURTHER_FAILURES)[];
}

const METHODS = { POST: Post, PUT: Put, GET: Get, DELETE: Delete };

/** Names of the ways to say who one is, in the API's documentation. */
export const SECURITY_SCHEMES = { key: 'apiKey', bearer: 'bearer' } as const;

const FAILURES = [
  [400, 'The request is invalid; `errors` names each field'],
  [401, 'The caller is unknown'],
  [403, 'The caller lacks the permission of this route'],
  [413, 'The request or its reply is too large; `detail` names the limit'],
  [415, 'The body is not JSON'],
  [422, 'The request is well formed and cannot be processed'],
  [429, 'The caller asks too often'],
  [503, 'A service is not there, or there is too much to do'],
  [504, 'A service took too long'],
] as const;

const FURTHER_FAILURES = {
  404: 'What the request names is not there',
  409: 'The request conflicts with what is stored',
} as const;

/** Who may call a route and how to say who one is, for the API's documentation. */
function ApiCaller(permission: RoutePermission) {
  return permission === 'public' ? [] : Object.values(SECURITY_SCHEMES).map((name) => ApiSecurity(name));
}

/** The problem documents of a route, for the API's documentation. */
function ApiProblems(further: readonly (keyof typeof FURTHER_FAILURES)[], hasBody: boolean, isPublic: boolean) {
  const schema = { $ref: getSchemaPath(Problem) };
  const failures = FAILURES.filter(([status]) => (hasBody || status !== 415) && !(isPublic && status === 403));
  return applyDecorators(
    ApiExtraModels(Problem),
    ...[...failures, ...further.map((status) => [status, FURTHER_FAILURES[status]] as const)].map(([status, description]) =>
      ApiResponse({ status, description, content: { 'application/problem+json': { schema } } }),
    ),
  );
}

/** Says what a route without a request asks of its caller, to the front door and in the API's documentation; `isStored` that its reply has an entity tag. */
export function Permitted(permission: RoutePermission, { isStored = false } = {}) {
  return applyDecorators(RouteConfig({ permission, isStored }), ...ApiCaller(permission), ApiProblems([], false, permission === 'public'));
}

type ReplyHeaders = NonNullable<ApiResponseOptions['headers']>;

/** Headers of a reply that its caller may keep, for the API's documentation. */
const KEPT_HEADERS: ReplyHeaders = { ETag: { description: 'Strong entity tag of the reply', schema: { type: 'string' } } };

/** Headers of a reply that is computed from the request alone, for the API's documentation. */
const COMPUTED_HEADERS: ReplyHeaders = {
  ...KEPT_HEADERS,
  'X-Cache': { description: 'Whether the reply was kept, or is computed for this request', schema: { type: 'string', enum: ['hit', 'miss'] } },
};

/** The reply of a route, of one class or of two, for the API's documentation. */
function ApiReply(headers: ReplyHeaders | undefined, response: MessageClass<object>, otherResponse?: MessageClass<object>, streams?: string) {
  const kept = headers && { headers };
  if (streams !== undefined) return applyDecorators(ApiExtraModels(response), ApiOkResponse({ content: { [streams]: { schema: { $ref: getSchemaPath(response) } } } }));
  if (!otherResponse) return ApiOkResponse({ type: response, ...kept });
  const classes = [response, otherResponse];
  const oneOf = classes.map((each) => ({ $ref: getSchemaPath(each) }));
  return applyDecorators(ApiExtraModels(...classes), ApiOkResponse({ schema: { oneOf }, ...kept }));
}

/** That the caller may say which replies it has, and is spared the one that is still right, for the API's documentation. */
export function ApiConditional(headers: ReplyHeaders = KEPT_HEADERS) {
  return applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'Entity tags of replies that the caller has' }),
    ApiResponse({ status: 304, description: 'The caller has the reply already', headers }),
  );
}

/** The classes of what the URL of a request says. */
type UrlClasses = Readonly<Partial<Record<'param' | 'query', MessageClass<object>>>>;

/** Makes of what the path or the query of a request says a message of its class; throws INVALID_REQUEST naming every fault. */
class UrlPipe implements PipeTransform {
  constructor(private readonly classes: UrlClasses) {}

  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    const message = type === 'param' || type === 'query' ? this.classes[type] : undefined;
    return message ? toRequest(message, value) : value;
  }
}

/** Makes a controller's method the handler of a route: validated, documented, answered with 200. */
export function Route<Request extends object, Response extends object, Other extends object = never>(
  path: string,
  { request, response, otherResponse }: Ends<Request, Response, Other>,
  { summary, permission, example, isLarge = false, isCached = false, method = 'POST', hasNoBody = false, url, streams, failures = [] }: RouteDescription,
) {
  const hasBody = (method === 'POST' || method === 'PUT') && !hasNoBody;
  const isStored = method === 'GET' && permission !== 'admin' && permission !== 'self';
  const headers = isCached !== false ? COMPUTED_HEADERS : isStored ? KEPT_HEADERS : undefined;
  const query = hasBody ? undefined : request;
  const inUrl: UrlClasses = { param: url ?? query, query };
  const urlClasses = [...new Set([inUrl.param, inUrl.query].flatMap((each) => (each ? [each.name] : [])))];
  const decorate = applyDecorators(
    METHODS[method](path),
    HttpCode(200),
    UsePipes(new RequestPipe(request)),
    ...(urlClasses.length > 0 ? [UsePipes(new UrlPipe(inUrl)), ApiExtension(URL_EXTENSION, urlClasses)] : []),
    RouteConfig({ isLarge, permission, hasNoBody, isCached, isStored }),
    ApiOperation({ summary }),
    ...(hasBody ? [ApiBody({ type: request, ...(example && { examples: { example: { value: example } } }) })] : []),
    ApiReply(headers, response, otherResponse, streams),
    ...(headers ? [ApiConditional(headers)] : []),
    ...ApiCaller(permission),
    ApiProblems(failures, hasBody, permission === 'public'),
  );
  return <Handler extends (request: Request, url: never) => Response | Promise<Response | Other>>(
    target: object,
    property: string,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    decorate(target, property, descriptor);
  };
}
