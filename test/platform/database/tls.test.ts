import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { takeAdvisoryLock } from '../../../src/platform/database/advisory-lock.ts';
import { openDatabase, waitForDatabase } from '../../../src/platform/database/connection.ts';
import { NotificationListener } from '../../../src/platform/database/notification-listener.ts';
import { captureLog } from '../../support/captured-log.ts';
import { startTlsPostgres, type TlsPostgres } from '../../support/tls-postgres.ts';

describe('connections to a Postgres that speaks TLS', () => {
  let postgres: TlsPostgres;
  beforeAll(async () => {
    postgres = await startTlsPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());

  /** Connects, and returns whether the connection is encrypted. */
  async function isEncrypted(url: string): Promise<boolean> {
    const database = openDatabase(url, {
      applicationName: 'test',
      maximumConnections: 1,
      logger: captureLog().logger,
    });
    try {
      await waitForDatabase(database, captureLog().logger, AbortSignal.timeout(10_000));
      const { rows } = await database.raw('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return rows[0].ssl;
    } finally {
      await database.destroy();
    }
  }

  it.each([
    ['not set', {}, true],
    ['disable', { sslmode: 'disable' }, false],
    ['allow', { sslmode: 'allow' }, false],
    ['prefer', { sslmode: 'prefer' }, true],
    ['require', { sslmode: 'require' }, true],
  ])('with sslmode %s are made without looking at the certificate', async (_name, parameters, encrypted) => {
    expect(await isEncrypted(postgres.url('owner', parameters))).toBe(encrypted);
  });

  it.each(['not set', 'allow', 'prefer', 'require'])(
    'with sslmode %s are made where the server demands TLS',
    async (mode) => {
      const parameters = mode === 'not set' ? {} : { sslmode: mode };
      expect(await isEncrypted(postgres.url('needs_tls', parameters))).toBe(true);
    },
  );

  it.each(['not set', 'allow', 'prefer', 'disable'])(
    'with sslmode %s are made where the server refuses TLS for a user',
    async (mode) => {
      const parameters = mode === 'not set' ? {} : { sslmode: mode };
      expect(await isEncrypted(postgres.url('refuses_tls', parameters))).toBe(false);
    },
  );

  it('with sslmode disable are refused at once where the server demands TLS', async () => {
    await expect(isEncrypted(postgres.url('needs_tls', { sslmode: 'disable' }))).rejects.toThrow(
      /no pg_hba.conf entry .* no encryption/,
    );
  });

  it.each(['verify-ca', 'verify-full'])('with sslmode %s check the authority', async (sslmode) => {
    const sslrootcert = postgres.authorityFile;
    expect(await isEncrypted(postgres.url('owner', { sslmode, sslrootcert }))).toBe(true);
    const other = postgres.url('owner', { sslmode, sslrootcert: postgres.otherAuthorityFile });
    await expect(isEncrypted(other)).rejects.toThrow(
      /The certificate of Postgres was refused: .*sslrootcert.*other\.crt/,
    );
  });

  it('with sslmode verify-full check the host, and with verify-ca they do not', async () => {
    const sslrootcert = postgres.authorityFile;
    const byAddress = (sslmode: string) => postgres.url('owner', { sslmode, sslrootcert }, '127.0.0.1');
    expect(await isEncrypted(byAddress('verify-ca'))).toBe(true);
    await expect(isEncrypted(byAddress('verify-full'))).rejects.toThrow(
      /The certificate of Postgres was refused: .*127\.0\.0\.1/,
    );
  });

  it('with sslmode require check the authority if there is a file with one', async () => {
    const parameters = { sslmode: 'require', sslrootcert: postgres.otherAuthorityFile };
    await expect(isEncrypted(postgres.url('owner', parameters))).rejects.toThrow(
      /certificate of Postgres was refused/,
    );
  });

  it('with sslrootcert=system check the authorities of the system', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: 'system' };
    await expect(isEncrypted(postgres.url('owner', parameters))).rejects.toThrow(
      /certificate of Postgres was refused/,
    );
  });

  it('log in with a certificate of the client', async () => {
    const parameters = {
      sslmode: 'require',
      sslcert: postgres.clientCertificateFile,
      sslkey: postgres.clientKeyFile,
    };
    expect(await isEncrypted(postgres.url('has_certificate', parameters))).toBe(true);
    await expect(isEncrypted(postgres.url('has_certificate', { sslmode: 'require' }))).rejects.toThrow(
      /client certificate/,
    );
  });

  it('say which file is missing', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: join(postgres.directory, 'gone.crt') };
    await expect(isEncrypted(postgres.url('owner', parameters))).rejects.toThrow(/gone\.crt/);
  });

  it('hear notifications, and hold locks', async () => {
    const url = postgres.url('needs_tls');
    const client = new pg.Client({ connectionString: postgres.url('owner'), ssl: false });
    await client.connect();
    const { promise: notified, resolve: notify } = Promise.withResolvers<string>();
    const { promise: listening, resolve: listen } = Promise.withResolvers<void>();
    const listener = new NotificationListener({
      databaseUrl: url,
      channel: 'news',
      logger: captureLog().logger,
      onListening: listen,
      onNotification: notify,
    });
    listener.start();
    const lock = await takeAdvisoryLock(url, 'a name', AbortSignal.timeout(10_000));
    await listening;
    await client.query("NOTIFY news, 'heard'");
    expect(await notified).toBe('heard');
    await lock.release();
    await listener.stop();
    await client.end();
  });

  describe('while TLS is off', () => {
    beforeAll(() => postgres.setTls(false));
    afterAll(() => postgres.setTls(true));

    it.each(['disable', 'allow', 'prefer'])('with sslmode %s are made', async (sslmode) => {
      expect(await isEncrypted(postgres.url('owner', { sslmode }))).toBe(false);
    });

    it('with sslmode require are refused at once', async () => {
      await expect(isEncrypted(postgres.url('owner', { sslmode: 'require' }))).rejects.toThrow(
        'Postgres does not accept TLS, which sslmode=require needs',
      );
    });
  });
});
