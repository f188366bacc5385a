import { type RequestHandler, Router } from 'express';
import swaggerUi from 'swagger-ui-express';
import { refuseOtherMethods } from './allowed-methods.ts';

/** No bar of Swagger's own; and on narrow screens, the description of a group below its name, not in a column of single letters. */
const STYLE = `.swagger-ui .topbar { display: none }
@media (max-width: 640px) {
  .swagger-ui .opblock-tag { flex-wrap: wrap }
  .swagger-ui .opblock-tag small { order: 1; flex-basis: 100%; padding: 4px 0 0 }
}`;

/** Paths and schemas of an OpenAPI 3.1 document, merged with those of the other apps. */
export interface OpenApiFragment {
  readonly tags: readonly object[];
  readonly paths: Readonly<Record<string, object>>;
  readonly schemas: Readonly<Record<string, object>>;
  /** How callers authenticate, by the names that `security` uses. */
  readonly securitySchemes?: Readonly<Record<string, object>>;
  /** What its operations require that say nothing else. */
  readonly security?: readonly object[];
}

/** What the document says of the service as a whole. */
export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** Where the document is served. */
export const DOCUMENT_PATH = '/openapi.json';

/** Where the page is served to read it. */
export const DOCS_PATH = '/docs';

/**
 * Swagger UI brings styles in its elements and icons as `data:`; nothing comes from other hosts. Requests can
 * be tried from its page, so it may connect to where it came from.
 */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const HEALTH: OpenApiFragment = {
  tags: [{ name: 'Health', description: 'Whether the service works.' }],
  paths: {
    '/health-check/': {
      get: {
        tags: ['Health'],
        operationId: 'checkHealth',
        summary: 'Check everything that the service needs',
        security: [],
        parameters: [
          {
            name: 'format',
            in: 'query',
            description: 'json, for who cannot send an Accept header.',
            schema: { type: 'string', enum: ['json'] },
          },
        ],
        responses: {
          '200': { description: 'All checks that decide work.', content: healthContent() },
          '500': { description: 'At least one check that decides failed.', content: healthContent() },
        },
      },
    },
  },
  schemas: {
    HealthReport: {
      type: 'object',
      description: 'Each check by its name: "working", or what is wrong.',
      additionalProperties: { type: 'string' },
      examples: [{ database: 'working', cache: 'working' }],
    },
  },
};

/** Assembles the OpenAPI 3.1 document of the service. */
export function describeApi(info: OpenApiInfo, fragments: readonly OpenApiFragment[]): object {
  const all = [...fragments, HEALTH];
  return {
    openapi: '3.1.1',
    info,
    // Relative to the document: requests are tried where it was read, behind whatever proxy.
    servers: [{ url: '/' }],
    tags: all.flatMap(({ tags }) => tags),
    paths: Object.assign({}, ...all.map(securedPaths)),
    components: {
      securitySchemes: Object.assign({}, ...all.map(({ securitySchemes = {} }) => securitySchemes)),
      schemas: Object.assign({}, ...all.map(({ schemas }) => schemas)),
    },
  };
}

/** The paths of a fragment, each operation with what it requires. */
function securedPaths({ paths, security }: OpenApiFragment): Readonly<Record<string, object>> {
  if (security === undefined) return paths;
  const secured = (operation: unknown) =>
    typeof operation === 'object' && operation !== null && !Array.isArray(operation)
      ? { security, ...operation }
      : operation;
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method, secured(operation)]),
      ),
    ]),
  );
}

/** Where a document and the page to read it are served. */
export interface DocsPaths {
  readonly document: string;
  /** Without a slash at its end. */
  readonly page: string;
}

/**
 * Serves a document, and a page to read it and to try requests.
 *
 * @param paths default: `/openapi.json` and `/docs/`.
 */
export function createDocs(
  document: object,
  title: string,
  paths: DocsPaths = { document: DOCUMENT_PATH, page: DOCS_PATH },
): Router {
  // Otherwise the page asks a validator of other people what it thinks of the document.
  const options = { swaggerUrl: paths.document, swaggerOptions: { url: paths.document, validatorUrl: null } };
  const router = Router();
  router
    .route(paths.document)
    .get((_request, response) => {
      response.json(document);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));
  router.use(
    paths.page,
    prepareDocs(paths.page),
    swaggerUi.serveFiles(undefined, options),
    swaggerUi.setup(undefined, {
      ...options,
      customSiteTitle: `API | ${title}`,
      customCss: STYLE,
    }),
  );
  return router;
}

/** The page's files stand beside it, so that its address needs the slash at the end. */
function prepareDocs(path: string): RequestHandler {
  return (request, response, next) => {
    if (request.originalUrl.split('?')[0] === path) return response.redirect(308, `${path}/`);
    response.set('Content-Security-Policy', PAGE_POLICY);
    next();
  };
}

function healthContent(): object {
  return {
    'application/json': { schema: { $ref: '#/components/schemas/HealthReport' } },
    'text/html': { schema: { type: 'string' } },
  };
}
