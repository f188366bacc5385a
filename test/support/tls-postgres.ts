import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../src/standalone/postgres.ts';
import { makeCertificates } from './certificates.ts';
import { eventually } from './eventually.ts';

/** Who may log in how: some with TLS alone, some without it alone, one with a client's certificate. */
const ACCESS = `
hostssl all needs_tls 127.0.0.1/32 trust
hostnossl all refuses_tls 127.0.0.1/32 trust
hostssl all has_certificate 127.0.0.1/32 cert
host all owner 127.0.0.1/32 trust
`;

const USERS = ['needs_tls', 'refuses_tls', 'has_certificate', 'owner'] as const;

/** A Postgres that speaks TLS, with a certificate for `localhost` and none for `127.0.0.1`. */
export interface TlsPostgres {
  /** A folder for files of a test. */
  readonly directory: string;
  /** The authority that signed the server's certificate, and one that did not: files in PEM. */
  readonly authorityFile: string;
  readonly otherAuthorityFile: string;
  /** The certificate and the key of the user `has_certificate`. */
  readonly clientCertificateFile: string;
  readonly clientKeyFile: string;
  /** Returns the URL of a database of the server. */
  url(user: (typeof USERS)[number], parameters?: Readonly<Record<string, string>>, host?: string): string;
  /** Turns TLS of new connections on or off. */
  setTls(isOn: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a Postgres of the test's own. */
export async function startTlsPostgres(): Promise<TlsPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'tls-postgres-'));
  const postgres = await startPostgres({ dataDirectory: join(directory, 'data') });
  const [server, client, other] = await Promise.all(
    ['localhost', 'has_certificate', 'other'].map((name) => makeCertificates(name)),
  );
  if (!server || !client || !other) throw new Error('certificates are missing');
  const superuser = new pg.Client({ connectionString: postgres.url });
  await superuser.connect();
  const { rows } = await superuser.query<{ data_directory: string }>('SHOW data_directory');
  const data = rows[0]?.data_directory ?? '';
  await writeServerFiles(data, {
    'server.crt': server.cert,
    'server.key': server.key,
    'clients.crt': client.authority,
    'pg_hba.conf': `${ACCESS}host all ${new URL(postgres.url).username} 127.0.0.1/32 scram-sha-256\n`,
  });
  const files = {
    authorityFile: join(directory, 'authority.crt'),
    otherAuthorityFile: join(directory, 'other.crt'),
    clientCertificateFile: join(directory, 'client.crt'),
    clientKeyFile: join(directory, 'client.key'),
  };
  await writeFile(files.authorityFile, server.authority);
  await writeFile(files.otherAuthorityFile, other.authority);
  await writeFile(files.clientCertificateFile, client.cert);
  await writeFile(files.clientKeyFile, client.key, { mode: 0o600 });
  for (const user of USERS) await superuser.query(`CREATE ROLE ${user} LOGIN SUPERUSER`);
  await superuser.query("ALTER SYSTEM SET ssl_ca_file = 'clients.crt'");
  const setTls = async (isOn: boolean) => {
    await superuser.query(`ALTER SYSTEM SET ssl = ${isOn ? 'on' : 'off'}`);
    await superuser.query('SELECT pg_reload_conf()');
    await eventually(async () => {
      const { rows: settings } = await superuser.query<{ ssl: string }>('SHOW ssl');
      return settings[0]?.ssl === (isOn ? 'on' : 'off');
    });
  };
  await setTls(true);
  const { pathname } = new URL(postgres.url);
  return {
    directory,
    ...files,
    url(user, parameters = {}, host = 'localhost') {
      const query = new URLSearchParams(parameters).toString();
      return `postgresql://${user}@${host}:${postgres.port}${pathname}${query ? `?${query}` : ''}`;
    },
    setTls,
    async stop() {
      await superuser.end();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Postgres takes a key only if the file is its own, and readable by nobody else. */
async function writeServerFiles(data: string, files: Readonly<Record<string, string>>): Promise<void> {
  const { uid, gid } = await stat(data);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(data, name), content, { mode: 0o600 });
    await chown(join(data, name), uid, gid);
  }
}
