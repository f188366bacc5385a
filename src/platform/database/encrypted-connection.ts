import { types } from 'node:util';
import pg from 'pg';
import { errorMessage } from '../error-message.ts';
import {
  type Encryption,
  encryptionsOf,
  type TlsParameters,
  tlsParametersOf,
  withoutTlsParameters,
} from './tls-parameters.ts';

/** TLS is required and the server does not have it, or its certificate was refused. Trying again does not help. */
export class PostgresTlsError extends Error {
  override readonly name = 'PostgresTlsError';
}

/** What pg needs to know of one attempt to connect. */
export interface EncryptionSettings {
  readonly ssl: Encryption;
  readonly sslnegotiation: 'postgres' | 'direct';
}

const AUTHORIZATION_CLASS = '28';

/** The SQLSTATE of a server that does not let a user in from there, or not with this encryption. */
const NOT_LET_IN = '28000';

/** Codes of errors after which another encryption cannot help: the server was not reached. */
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT|EACCES)$/;

/** OpenSSL's codes for certificates that it refuses, and Node's for those of another host. */
const REFUSED_CERTIFICATE = /CERT|ISSUER|LEAF_SIGNATURE|CRL/;

/**
 * Connects as the `sslmode` of a connection URL says: `prefer`, the default, tries TLS first and goes without it where
 * the server has none or refuses it; `allow` does so the other way round.
 *
 * @param connect makes one attempt.
 * @throws {PostgresTlsError}
 * @throws {TlsParameterError}
 */
export async function connectEncrypted<Connection>(
  databaseUrl: string,
  connect: (settings: EncryptionSettings) => Promise<Connection>,
): Promise<Connection> {
  const parameters = tlsParametersOf(databaseUrl);
  const failures: unknown[] = [];
  for (const ssl of encryptionsOf(databaseUrl, parameters)) {
    try {
      return await connect({ ssl, sslnegotiation: ssl ? parameters.negotiation : 'postgres' });
    } catch (error) {
      failures.push(ssl ? explain(error, parameters) : error);
      if (!mayDependOnEncryption(error)) break;
    }
  }
  throw mostTelling(failures);
}

/**
 * Opens a connection of its own, outside of every pool, encrypted as its URL says. Its later errors are left to the
 * caller's listeners; without one they are ignored.
 *
 * @throws what {@link connectEncrypted} throws.
 */
export function connectClient(databaseUrl: string, options: pg.ClientConfig): Promise<pg.Client> {
  const connectionString = withoutTlsParameters(databaseUrl);
  return connectEncrypted(databaseUrl, async (encryption) => {
    const client = new pg.Client({ ...options, connectionString, ...encryption });
    // One that is not listened to would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  });
}

/** A server that was reached may be content with another encryption, unless it complains of something else. */
function mayDependOnEncryption(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return state.startsWith(AUTHORIZATION_CLASS);
  return !UNREACHABLE.test(codeOf(error)) && errorMessage(error) !== 'timeout expired';
}

function explain(error: unknown, { mode, rootCertificate }: TlsParameters): unknown {
  if (sqlStateOf(error) !== undefined) return error;
  const reason = errorMessage(error);
  if (reason.includes('does not support SSL')) {
    return new PostgresTlsError(`Postgres does not accept TLS, which sslmode=${mode} needs`, {
      cause: error,
    });
  }
  if (!REFUSED_CERTIFICATE.test(codeOf(error))) return error;
  return new PostgresTlsError(
    `The certificate of Postgres was refused: ${reason}. sslmode=${mode} checks it against sslrootcert=${rootCertificate}`,
    { cause: error },
  );
}

/** Where a server refuses one encryption as such, what came of the other says more. */
function mostTelling(failures: readonly unknown[]): unknown {
  const [first, second = first] = failures;
  const isRefusalAsSuch = sqlStateOf(second) === NOT_LET_IN;
  return isRefusalAsSuch ? first : second;
}

/** What the server itself says has a severity, unlike errors on the way to it. */
function sqlStateOf(error: unknown): string | undefined {
  return types.isNativeError(error) && 'severity' in error ? codeOf(error) : undefined;
}

function codeOf(error: unknown): string {
  return types.isNativeError(error) && 'code' in error ? String(error.code) : '';
}
