import { type MessageClass, Problem } from '@sigmalang/contracts';
import { RequestPipe } from '@sigmalang/runtime';
import { applyDecorators, HttpCode, Post, UsePipes } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** The two ends of a POST route: a contract, or a pair of classes that only the REST surface has. */
interface Ends<Request extends object, Response extends object, Other extends object> {
  readonly request: MessageClass<Request>;
  readonly response: MessageClass<Response>;
  /** What some requests are answered with instead. */
  readonly otherResponse?: MessageClass<Other>;
}

/** What a route says of itself. */
interface RouteDescription {
  /** One sentence for the API's documentation. */
  readonly summary: string;
  /** A request to try. */
  readonly example?: object;
  /** Whether the body carries vectors, and so may be larger. */
  readonly carriesVectors?: boolean;
}

const FAILURES = [
  [400, 'The request is invalid; `errors` names each field'],
  [413, 'The request or its reply is too large; `detail` names the limit'],
  [415, 'The body is not JSON'],
  [422, 'The request is well formed and cannot be processed'],
  [503, 'A service is not there'],
  [504, 'A service took too long'],
] as const;

/** The problem documents of a route, for the API's documentation. */
function ApiProblems() {
  const schema = { $ref: getSchemaPath(Problem) };
  return applyDecorators(
    ApiExtraModels(Problem),
    ...FAILURES.map(([status, description]) =>
      ApiResponse({ status, description, content: { 'application/problem+json': { schema } } }),
    ),
  );
}

/** The reply of a route, of one class or of two, for the API's documentation. */
function ApiReply(response: MessageClass<object>, otherResponse?: MessageClass<object>) {
  if (!otherResponse) return ApiOkResponse({ type: response });
  const classes = [response, otherResponse];
  const oneOf = classes.map((each) => ({ $ref: getSchemaPath(each) }));
  return applyDecorators(ApiExtraModels(...classes), ApiOkResponse({ schema: { oneOf } }));
}

/** Makes a controller's method the handler of a POST route: validated, documented, answered with 200. */
export function Route<Request extends object, Response extends object, Other extends object = never>(
  path: string,
  { request, response, otherResponse }: Ends<Request, Response, Other>,
  { summary, example, carriesVectors = false }: RouteDescription,
) {
  const decorate = applyDecorators(
    Post(path),
    HttpCode(200),
    UsePipes(new RequestPipe(request)),
    RouteConfig({ carriesVectors }),
    ApiOperation({ summary }),
    ApiBody({ type: request, ...(example && { examples: { example: { value: example } } }) }),
    ApiReply(response, otherResponse),
    ApiProblems(),
  );
  return <Handler extends (request: Request) => Response | Promise<Response | Other>>(
    target: object,
    property: string,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    decorate(target, property, descriptor);
  };
}
