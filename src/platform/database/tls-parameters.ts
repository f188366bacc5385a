import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions, SecureVersion } from 'node:tls';
import * as tls from 'node:tls';

/** What `sslmode` may be, as in libpq. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

type SslMode = (typeof SSL_MODES)[number];

/** How one attempt to connect is encrypted; `false` for not at all. */
export type Encryption = false | ConnectionOptions;

/** The parameters of a connection URL that are about TLS, with the names that they have in libpq. */
const TLS_PARAMETERS = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'sslcrl',
  'ssl_min_protocol_version',
  'ssl_max_protocol_version',
  'sslnegotiation',
] as const;

const PROTOCOL_VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** `sslrootcert` for the authorities of the system and of Node, in place of a file. */
const SYSTEM = 'system';

/** What the parameters of a connection URL say about TLS. */
export interface TlsParameters {
  readonly mode: SslMode;
  /** A file with authorities in PEM, or {@link SYSTEM}. */
  readonly rootCertificate: string;
  readonly certificate: string;
  readonly key: string;
  readonly keyPassword: string | undefined;
  readonly revocationList: string | undefined;
  readonly minimumVersion: SecureVersion | undefined;
  readonly maximumVersion: SecureVersion | undefined;
  readonly negotiation: 'postgres' | 'direct';
}

/** The parameters of a connection do not fit together, or a file that they name cannot be read. */
export class TlsParameterError extends Error {
  override readonly name = 'TlsParameterError';
}

/** Returns a connection URL without its parameters about TLS, which pg would read in its own way. */
export function withoutTlsParameters(databaseUrl: string): string {
  const [address = '', query = ''] = splitQuery(databaseUrl);
  const parameters = new URLSearchParams(query);
  for (const name of [...TLS_PARAMETERS, 'ssl']) parameters.delete(name);
  const rest = parameters.toString();
  return rest === '' ? address : `${address}?${rest}`;
}

/** Returns a connection URL with the parameters that it lacks, as libpq takes them from the environment (`PGSSLMODE`). */
export function withTlsVariables(
  databaseUrl: string,
  variables: Readonly<Partial<Record<(typeof TLS_PARAMETERS)[number], string | undefined>>>,
): string {
  const [address = '', query = ''] = splitQuery(databaseUrl);
  const parameters = new URLSearchParams(query);
  const missing = Object.entries(variables).filter(([name, value]) => value?.trim() && !parameters.has(name));
  if (missing.length === 0) return databaseUrl;
  for (const [name, value = ''] of missing) parameters.set(name, value.trim());
  return `${address}?${parameters}`;
}

/**
 * Returns what a connection URL says about TLS. What it leaves out is as in libpq: `sslmode` is `prefer`, and files are
 * in `~/.postgresql`.
 *
 * @throws {TlsParameterError}
 */
export function tlsParametersOf(databaseUrl: string): TlsParameters {
  const query = new URLSearchParams(splitQuery(databaseUrl)[1]);
  const textOf = (name: (typeof TLS_PARAMETERS)[number]) => query.get(name)?.trim() || undefined;
  const rootCertificate = textOf('sslrootcert') ?? homeFile('root.crt');
  const mode = textOf('sslmode') ?? (rootCertificate === SYSTEM ? 'verify-full' : 'prefer');
  const parameters = {
    mode: oneOf(SSL_MODES, mode, 'sslmode'),
    rootCertificate,
    certificate: textOf('sslcert') ?? homeFile('postgresql.crt'),
    key: textOf('sslkey') ?? homeFile('postgresql.key'),
    keyPassword: textOf('sslpassword'),
    revocationList: textOf('sslcrl'),
    minimumVersion: versionOf(textOf('ssl_min_protocol_version'), 'ssl_min_protocol_version'),
    maximumVersion: versionOf(textOf('ssl_max_protocol_version'), 'ssl_max_protocol_version'),
    negotiation: oneOf(['postgres', 'direct'], textOf('sslnegotiation') ?? 'postgres', 'sslnegotiation'),
  };
  refuseContradictions(parameters);
  return parameters;
}

/**
 * Returns how a connection is tried to be encrypted, in this order. Reads the files that the parameters name, so that a
 * certificate that was renewed serves the next connection.
 *
 * @throws {TlsParameterError}
 */
export function encryptionsOf(databaseUrl: string, parameters: TlsParameters): readonly Encryption[] {
  if (parameters.mode === 'disable' || isSocket(databaseUrl)) return [false];
  const encrypted = tlsOptions(parameters);
  if (parameters.mode === 'allow') return [false, encrypted];
  return parameters.mode === 'prefer' ? [encrypted, false] : [encrypted];
}

/** As libpq does, the authority is checked in each mode if there is a file with one; the host in `verify-full` alone. */
function tlsOptions(parameters: TlsParameters): ConnectionOptions {
  const authorities = readAuthorities(parameters);
  return {
    rejectUnauthorized: authorities !== undefined,
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(parameters.mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(existsSync(parameters.certificate)
      ? {
          cert: readNamed(parameters.certificate, 'sslcert'),
          key: readNamed(parameters.key, 'sslkey'),
          passphrase: parameters.keyPassword,
        }
      : {}),
    ...(parameters.revocationList ? { crl: readNamed(parameters.revocationList, 'sslcrl') } : {}),
    minVersion: parameters.minimumVersion ?? 'TLSv1.2',
    ...(parameters.maximumVersion ? { maxVersion: parameters.maximumVersion } : {}),
  };
}

function readAuthorities({ rootCertificate }: TlsParameters): string | string[] | undefined {
  if (rootCertificate === SYSTEM) {
    return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  }
  return existsSync(rootCertificate) ? readNamed(rootCertificate, 'sslrootcert') : undefined;
}

function refuseContradictions({ mode, rootCertificate, negotiation }: TlsParameters): void {
  if (rootCertificate === SYSTEM && mode !== 'verify-full') {
    throw new TlsParameterError(`sslrootcert=system needs sslmode=verify-full, and sslmode is ${mode}`);
  }
  if (mode.startsWith('verify-') && rootCertificate !== SYSTEM && !existsSync(rootCertificate)) {
    throw new TlsParameterError(
      `sslmode=${mode} needs a file with the certificate authority, and there is no ${rootCertificate}: set sslrootcert (PGSSLROOTCERT), or sslrootcert=system for the authorities of the system`,
    );
  }
  if (negotiation === 'direct' && ['disable', 'allow', 'prefer'].includes(mode)) {
    throw new TlsParameterError(
      `sslnegotiation=direct needs sslmode=require or a stricter one, and it is ${mode}`,
    );
  }
}

function readNamed(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TlsParameterError(`The file of ${name}, ${file}, cannot be read`, { cause: error });
  }
}

function versionOf(value: string | undefined, name: string): SecureVersion | undefined {
  return value === undefined ? undefined : oneOf(PROTOCOL_VERSIONS, value, name);
}

function oneOf<T extends string>(words: readonly T[], value: string, name: string): T {
  const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
  if (found === undefined)
    throw new TlsParameterError(`${name} is "${value}"; it may be ${words.join(', ')}`);
  return found;
}

function homeFile(name: string): string {
  return join(homedir(), '.postgresql', name);
}

/** Whether a connection is made through a socket of this machine, which is never encrypted. */
function isSocket(databaseUrl: string): boolean {
  const url = URL.parse(databaseUrl);
  const host = url?.searchParams.get('host') ?? decodeURIComponent(url?.hostname ?? '');
  return host.startsWith('/');
}

function splitQuery(databaseUrl: string): readonly string[] {
  const at = databaseUrl.indexOf('?');
  return at < 0 ? [databaseUrl] : [databaseUrl.slice(0, at), databaseUrl.slice(at + 1)];
}
