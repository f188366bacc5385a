import { hkdfSync } from 'node:crypto';
import { promisify } from 'node:util';
import connectPgSimple from 'connect-pg-simple';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import type { ClientBase } from 'pg';
import type { Database } from '../platform/database/connection.ts';
import type { Platform } from '../platform/platform.ts';
import { PRODUCT_SLUG } from '../platform/product.ts';
import type { Administrator } from './administrators.ts';

/** The cookie that holds the id of a session. */
export const SESSION_COOKIE = `${PRODUCT_SLUG}-admin`;

/** How long a session lasts after the last request. */
const IDLE_MILLISECONDS = 12 * 60 * 60 * 1_000;

/** How long it lasts at most: a dashboard that asks for news would keep one alive for ever. */
const LONGEST_MILLISECONDS = 7 * 24 * 60 * 60 * 1_000;

/** Sessions in the table `admin.sessions`, signed with the secret key; the cookie is for the admin's paths alone. */
export function createSessions({ settings, logger, database }: Platform, path: string): RequestHandler {
  const isSecure = settings.web.baseUrl.startsWith('https:');
  const report = (error: unknown) => logger.warn({ err: error }, 'the admin cannot reach its sessions');
  const Store = connectPgSimple(session);
  const sessions = session({
    name: SESSION_COOKIE,
    // The first one signs; cookies that an earlier key has signed are still good.
    secret: [settings.secretKey, ...settings.secretKeyFallbacks].map((secretKey) =>
      Buffer.from(hkdfSync('sha256', secretKey, '', `${PRODUCT_SLUG} admin sessions`, 32)).toString('base64'),
    ),
    store: new Store({
      pgPromise: rowsOf(database),
      schemaName: 'admin',
      tableName: 'sessions',
      errorLog: report,
    }),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: true,
    cookie: { path, httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: IDLE_MILLISECONDS },
  });
  return (request, response, next) => {
    // Whether browsers come by https is what the settings say, not what a proxy may forget to say.
    if (isSecure) request.headers['x-forwarded-proto'] = 'https';
    sessions(request, response, next);
  };
}

/** What the store needs of a database: its statements have the placeholders of pg, not those of knex. */
function rowsOf({ client }: Database) {
  const pool: ConnectionPool = client;
  return {
    async any(statement: string, values: unknown[] = []): Promise<unknown[]> {
      const connection = await pool.acquireConnection();
      try {
        return (await connection.query(statement, values)).rows;
      } finally {
        await pool.releaseConnection(connection);
      }
    },
  };
}

/** The pool of knex. */
interface ConnectionPool {
  acquireConnection(): Promise<Pick<ClientBase, 'query'>>;
  releaseConnection(connection: Pick<ClientBase, 'query'>): Promise<unknown>;
}

/** Starts a session of an administrator, under a new id: one from before the login may be known to somebody else. */
export async function startSession(request: Request, administrator: Administrator): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
  request.session.start = {
    administratorId: administrator.id,
    generation: administrator.sessionGeneration,
    startedMilliseconds: Date.now(),
  };
  await promisify(request.session.save.bind(request.session))();
}

/** Ends the session of a request. */
export async function endSession(request: Request): Promise<void> {
  await promisify(request.session.destroy.bind(request.session))();
}

/** Whether the session of a request is still one of this administrator, as they are stored now. */
export function isSessionOf({ session: { start } }: Request, administrator: Administrator): boolean {
  return (
    start !== undefined &&
    start.administratorId === administrator.id &&
    start.generation === administrator.sessionGeneration &&
    Date.now() - start.startedMilliseconds < LONGEST_MILLISECONDS &&
    !administrator.isDisabled
  );
}
