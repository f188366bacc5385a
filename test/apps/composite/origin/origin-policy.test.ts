import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  fetchOrigin,
  OriginError,
  OriginRefusedError,
} from '../../../../src/apps/composite/origin/origin.ts';
import { compositeSettings } from '../../../../src/apps/composite/settings.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { readSettings } from '../../../../src/platform/settings/process-settings.ts';
import { ObjectStorage } from '../../../../src/platform/storage/object-storage.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { type CapturedLog, captureLog } from '../../../support/captured-log.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { startDnsServer } from '../../../support/dns-server.ts';

const PDF = '%PDF-1.7\nsecret report\n%%EOF\n';
const CUSTOMER = 5;

let directory: string;
let path: string;
let log: CapturedLog;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'origin-policy-test-'));
  path = join(directory, 'source.pdf');
  log = captureLog();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(path, { force: true });
});

afterAll(() => rm(directory, { recursive: true }));

/** Fetches with the settings of an environment. */
async function fetchIt(
  origin: string,
  environment: NodeJS.ProcessEnv = {},
  network = OutgoingNetwork.PLAIN,
  s3Url = 'http://127.0.0.1:9',
): Promise<string> {
  const objectStorage = new ObjectStorage(
    { name: 'pages', requestsAtOnce: 1, variables: { name: 'BUCKET_NAME', requestsAtOnce: 'UPLOADS' } },
    s3Url,
  );
  try {
    await fetchOrigin(origin, path, {
      customer: CUSTOMER,
      settings: readSettings(environment, [compositeSettings]).of(compositeSettings).origin,
      network,
      objectStorage,
      signal: new AbortController().signal,
      logger: log.logger,
    });
    return await readFile(path, 'utf8');
  } finally {
    objectStorage.close();
  }
}

async function failureOf(attempt: Promise<unknown>): Promise<OriginError> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof OriginError)) throw new Error(`Not an OriginError: ${error}`);
  return error;
}

/** A server on this machine; returns its port, and what it was asked. */
async function serve(
  listener: RequestListener = (_request, response) => response.end(PDF),
  address = '127.0.0.1',
) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port, url: `http://${address}:${port}`, requests };
}

describe('an origin in a network that is not listed', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '0',
    '0.0.0.0',
    '127.0.0.2',
    '%31%32%37.0.0.1',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'user:password@127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[ff02::1]',
  ])('is refused: %s', async (host) => {
    const { port, requests } = await serve();
    const error = await failureOf(fetchIt(`http://${host}:${port}/report.pdf`));
    expect(error).toBeInstanceOf(OriginRefusedError);
    expect(error.message).toMatch(
      /^The origin .* is not allowed: .* is in a network that ORIGIN_ALLOWED_NETWORKS does not list$/,
    );
    expect(error.isPermanent).toBe(true);
    expect(requests).toEqual([]);
  });

  it('says the same of a port that is open, one that is closed, and one that speaks something else', async () => {
    const open = await serve();
    const denying = await serve((_request, response) =>
      response.writeHead(401, 'Login to the internal Jenkins').end(),
    );
    const closed = await serve();
    await cleanups.pop()?.();
    const messages = await Promise.all(
      [open, denying, closed].map(async ({ port }) => {
        const { message } = await failureOf(fetchIt(`http://127.0.0.1:${port}/`));
        return message.replaceAll(String(port), 'PORT');
      }),
    );
    expect(new Set(messages).size).toBe(1);
  });

  it.each([
    [301, '127.0.0.3'],
    [302, '0x7f.3'],
    [303, '2130706435'],
    [307, '[::ffff:127.0.0.3]'],
    [308, 'user:password@127.0.0.3'],
    [302, 'localhost'],
    [302, '169.254.169.254'],
  ])('is refused where a redirect leads there: %d to %s', async (status, target) => {
    const inside = await serve(undefined, '127.0.0.3');
    const outside = await serve(
      (_request, response) =>
        response.writeHead(status, { location: `http://${target}:${inside.port}/report.pdf` }).end(),
      '127.0.0.2',
    );
    const error = await failureOf(fetchIt(outside.url, { ORIGIN_ALLOWED_NETWORKS: '127.0.0.2' }));
    expect(error).toBeInstanceOf(OriginRefusedError);
    expect(outside.requests).toHaveLength(1);
    expect(inside.requests).toEqual([]);
  });

  it('is refused where its name leads there, without saying the address', async () => {
    const dns = await startDnsServer();
    cleanups.push(() => dns.close());
    dns.answer('intranet.test', ['10.1.2.3']);
    const network = new OutgoingNetwork({ lookup: dns.lookup });
    const { message, cause } = await failureOf(fetchIt('http://intranet.test/report.pdf', {}, network));
    expect(message).toBe(
      'The origin http://intranet.test/report.pdf is not allowed: intranet.test is in a network that ORIGIN_ALLOWED_NETWORKS does not list',
    );
    expect(cause).toBeUndefined();
  });

  it('is refused where its name leads there after a redirect to itself', async () => {
    const dns = await startDnsServer();
    cleanups.push(() => dns.close());
    dns.answer('rebinding.test', ['127.0.0.1'], ['127.0.0.9']);
    const { port, requests } = await serve((request, response) =>
      response.writeHead(302, { location: `${request.url}x`, connection: 'close' }).end(),
    );
    const network = new OutgoingNetwork({ lookup: dns.lookup });
    const error = await failureOf(
      fetchIt(`http://rebinding.test:${port}/a`, { ORIGIN_ALLOWED_NETWORKS: '127.0.0.1' }, network),
    );
    expect(error).toBeInstanceOf(OriginRefusedError);
    expect(requests).toHaveLength(1);
  });

  it('is refused without a try for what is not there, and with the password masked', async () => {
    const { message } = await failureOf(fetchIt('http://me:secret@127.0.0.1:1/a.pdf?key=secret'));
    expect(message).not.toContain('secret');
  });
});

describe('an origin in a network that is listed', () => {
  it.each(['loopback', '127.0.0.0/8', '127.0.0.1', '10.0.0.0/8, 127.0.0.1/32'])(
    'is fetched: %s',
    async (list) => {
      const { url } = await serve();
      expect(await fetchIt(url, { ORIGIN_ALLOWED_NETWORKS: list })).toBe(PDF);
    },
  );

  it('is fetched where its host is listed', async () => {
    const { port } = await serve();
    expect(await fetchIt(`http://localhost:${port}/`, { ORIGIN_ALLOWED_NETWORKS: 'localhost' })).toBe(PDF);
  });

  it('is fetched over TLS, with an authority of the settings', async () => {
    const certificates = await makeCertificates('secure.test');
    const dns = await startDnsServer();
    dns.answer('secure.test', ['127.0.0.1']);
    const server = createTlsServer(certificates, (_request, response) => response.end(PDF));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(
      () => dns.close(),
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const origin = `https://secure.test:${(server.address() as AddressInfo).port}/`;
    const allowed = { ORIGIN_ALLOWED_NETWORKS: 'loopback' };
    const { lookup } = dns;
    const trusting = new OutgoingNetwork({ lookup, certificates: [certificates.authority] });
    expect(await fetchIt(origin, allowed, trusting)).toBe(PDF);
    const { message } = await failureOf(fetchIt(origin, allowed, new OutgoingNetwork({ lookup })));
    expect(message).toMatch(/certificate/);
  });
});

describe('an origin in S3', () => {
  let s3: SandboxObjectStorage;

  beforeAll(async () => {
    s3 = await startSandboxObjectStorage({
      directory: join(directory, 's3'),
      bucketNames: ['pages', 'scans'],
    });
    Object.assign(process.env, s3.environment);
    const body = { method: 'PUT', body: PDF };
    await Promise.all(['pages', 'scans'].map((bucket) => fetch(`${s3.url}/${bucket}/a.pdf`, body)));
  });

  afterAll(() => s3.close());

  it('is fetched from a bucket that is listed', async () => {
    const environment = { ORIGIN_S3_BUCKETS: 'other, scans' };
    expect(await fetchIt('s3://scans/a.pdf', environment, undefined, s3.url)).toBe(PDF);
  });

  it.each([{}, { ORIGIN_S3_BUCKETS: 'other' }, { ORIGIN_S3_BUCKETS: 'scan' }])(
    'is refused from any other bucket: %j',
    async (environment) => {
      const error = await failureOf(fetchIt('s3://scans/a.pdf', environment, undefined, s3.url));
      expect(error).toBeInstanceOf(OriginRefusedError);
      expect(error.message).toBe(
        'The origin s3://scans/a.pdf is not allowed: ORIGIN_S3_BUCKETS does not list the bucket scans',
      );
    },
  );
});

describe('ORIGIN_HTTP_RULES', () => {
  const secret = 'a key of the archive';

  function rulesFor(url: string): NodeJS.ProcessEnv {
    const pattern = `^${url.replaceAll('.', '\\.')}/`;
    return {
      ORIGIN_ALLOWED_NETWORKS: 'loopback',
      ORIGIN_HTTP_RULES: JSON.stringify({
        [CUSTOMER]: { [pattern]: { addHeader: { 'X-Key': secret, 'User-Agent': 'archive-reader' } } },
        6: { [pattern]: { addHeader: { 'X-Other': 'of another customer' } } },
      }),
    };
  }

  it('add headers to the requests of the customer', async () => {
    const { url, requests } = await serve();
    await fetchIt(`${url}/a.pdf`, rulesFor(url));
    expect(requests[0]?.headers).toMatchObject({ 'x-key': secret, 'user-agent': 'archive-reader' });
    expect(requests[0]?.headers).not.toHaveProperty('x-other');
  });

  it('go with a redirect to the same server, and not to another one', async () => {
    const other = await serve();
    const own = await serve((request, response) =>
      response.writeHead(302, { location: request.url === '/a' ? '/b' : `${other.url}/c` }).end(),
    );
    await fetchIt(`${own.url}/a`, rulesFor(own.url));
    expect(own.requests.map(({ headers }) => headers['x-key'])).toEqual([secret, secret]);
    expect(other.requests.map(({ headers }) => headers['x-key'])).toEqual([undefined]);
  });

  it('are not fooled by a user or fragment that looks like what they look for', async () => {
    const { url, port, requests } = await serve();
    const rules = JSON.stringify({ 5: { 'archive\\.example\\.org': { addHeader: { 'X-Key': secret } } } });
    const environment = { ORIGIN_ALLOWED_NETWORKS: 'loopback', ORIGIN_HTTP_RULES: rules };
    await fetchIt(`http://archive.example.org:x@127.0.0.1:${port}/`, environment);
    await fetchIt(`${url}/#archive.example.org`, environment);
    expect(requests.map(({ headers }) => headers['x-key'])).toEqual([undefined, undefined]);
  });

  it('stay secret where a server repeats them', async () => {
    const { url } = await serve((request, response) =>
      response.writeHead(403, `no ${request.headers['x-key']}`, { location: secret }).end(),
    );
    const { message } = await failureOf(fetchIt(`${url}/a.pdf`, rulesFor(url)));
    expect(message).toBe(`The origin answered 403 no *** for ${url}/a.pdf`);
    const named = await serve((request, response) =>
      response.writeHead(200, { 'content-type': `text/${request.headers['x-key']}` }).end('x'.repeat(2_000)),
    );
    const error = await failureOf(fetchIt(`${named.url}/a.pdf`, rulesFor(named.url)));
    expect(error.message).toContain('sent text/***, not a PDF');
    expect(log.lines.join('\n')).not.toContain(secret);
  });
});
