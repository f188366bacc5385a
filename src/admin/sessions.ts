import { hkdfSync } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session from 'express-session';
import pg from 'pg';
import type { Platform } from '../platform/platform.ts';

/** Whom a session belongs to, under the names that AdminJS reads: `email` is what its pages show. */
export interface SignedIn {
  readonly id: string;
  readonly email: string;
}

declare module 'express-session' {
  interface SessionData {
    adminUser: SignedIn;
  }
}

/** How long a session lasts after the last request. */
const SESSION_MILLISECONDS = 12 * 60 * 60 * 1_000;

/** Sessions in the table `sessions`, signed with the secret key; the cookie is for the admin's paths alone. */
export function createSessions({ settings, logger }: Platform, path: string): RequestHandler {
  const isSecure = settings.web.baseUrl.startsWith('https:');
  // The store wants a pool of pg's own. It is small, and lets the process end when nothing else runs.
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    application_name: 'composite-handler admin sessions',
    options: '-c timezone=UTC',
    max: 2,
    connectionTimeoutMillis: 5_000,
    allowExitOnIdle: true,
  });
  const report = (error: unknown) => logger.warn({ err: error }, 'the admin cannot reach its sessions');
  pool.on('error', report);
  const Store = connectPgSimple(session);
  const sessions = session({
    name: 'composite_admin',
    secret: Buffer.from(
      hkdfSync('sha256', settings.secretKey, '', 'composite-handler admin sessions', 32),
    ).toString('base64'),
    store: new Store({ pool, tableName: 'sessions', errorLog: report }),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: true,
    cookie: { path, httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: SESSION_MILLISECONDS },
  });
  return (request, response, next) => {
    // Whether browsers come by https is what the settings say, not what a proxy may forget to say.
    if (isSecure) request.headers['x-forwarded-proto'] = 'https';
    sessions(request, response, next);
  };
}
