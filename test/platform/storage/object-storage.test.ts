import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalServer, listenLocally } from '../../../src/app-kit/sandbox/local-server.ts';
import { OutgoingNetwork } from '../../../src/platform/http/outgoing/outgoing-network.ts';
import { Proxies } from '../../../src/platform/http/outgoing/proxies.ts';
import { ObjectStorage } from '../../../src/platform/storage/object-storage.ts';
import { ObjectStorageError } from '../../../src/platform/storage/object-storage-error.ts';
import type { Patience } from '../../../src/platform/storage/s3-connection.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../src/standalone/object-storage.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { startHttpProxy } from '../../support/http-proxy.ts';

const BODY = Buffer.from('a page');

let directory: string;
let s3: SandboxObjectStorage;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'object-storage-test-'));
  s3 = await startSandboxObjectStorage({ directory: join(directory, 's3'), bucketNames: ['pages'] });
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
    // Nothing of the machine's own configuration.
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
  });
  delete process.env['AWS_ENDPOINT_URL'];
  delete process.env['AWS_ENDPOINT_URL_S3'];
  delete process.env['AWS_REGION'];
  delete process.env['AWS_DEFAULT_REGION'];
  delete process.env['AWS_PROFILE'];
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

afterAll(async () => {
  await s3.close();
  await rm(directory, { recursive: true });
});

function open(
  options: { name?: string; endpoint?: string | undefined } = {},
  patience?: Patience,
  network = OutgoingNetwork.PLAIN,
): ObjectStorage {
  const { name = 'pages', endpoint } = { endpoint: s3.url, ...options };
  const variables = { name: 'BUCKET_NAME', requestsAtOnce: 'UPLOAD_THREADS' };
  const storage = new ObjectStorage({ name, requestsAtOnce: 2, variables }, endpoint, { patience, network });
  cleanups.push(() => storage.close());
  return storage;
}

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const server: LocalServer = await listenLocally(listener);
  cleanups.push(() => server.close());
  return server.url;
}

/** An error as S3 answers it. */
function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof ObjectStorageError)) throw new Error(`Not an ObjectStorageError: ${error}`);
  return error.message;
}

async function keysOf(storage: ObjectStorage, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of storage.list(prefix)) keys.push(key);
  return keys;
}

describe('the object storage', () => {
  it('stores, overwrites, reads, and tells the type', async () => {
    const storage = open();
    await storage.put('a/b.jpg', Buffer.from('old'), 'image/png');
    await storage.put('a/b.jpg', BODY, 'image/jpeg');
    const object = await storage.read('pages', 'a/b.jpg');
    expect(await text(object.body)).toBe('a page');
    expect(object).toMatchObject({ sizeBytes: 6, contentType: 'image/jpeg', etag: expect.any(String) });
  });

  it('reads on from a byte, and only the same object', async () => {
    const storage = open();
    await storage.put('a/c.jpg', BODY, 'image/jpeg');
    const { etag, body } = await storage.read('pages', 'a/c.jpg');
    body.destroy();
    const rest = await storage.read('pages', 'a/c.jpg', { startByte: 2, etag });
    expect(await text(rest.body)).toBe('page');
    expect(rest.sizeBytes).toBe(6);
    await storage.put('a/c.jpg', Buffer.from('another'), 'image/jpeg');
    expect(await failureOf(storage.read('pages', 'a/c.jpg', { startByte: 2, etag }))).toContain(
      'could not read on in a/c.jpg: the object was replaced',
    );
  });

  it('lists a folder without the folders in it, and removes', async () => {
    const storage = open();
    const keys = ['list/1', 'list/2', 'list/deeper/3', 'listed/4'];
    await Promise.all(keys.map((key) => storage.put(key, BODY, 'image/jpeg')));
    expect(await keysOf(storage, 'list/')).toEqual(['list/1', 'list/2']);
    await storage.remove(['list/1', 'list/nothing']);
    expect(await keysOf(storage, 'list/')).toEqual(['list/2']);
  });

  it('stores a page of many megabytes without asking first whether it may', async () => {
    let expectHeader: string | undefined;
    const url = await serve((request, response) => {
      expectHeader = request.headers.expect;
      request.resume().on('end', () => response.end());
    });
    await open({ endpoint: url }).put('a', Buffer.alloc(5_000_000), 'image/jpeg');
    expect(expectHeader).toBeUndefined();
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort(new Error('out of time')));
    await expect(open({ endpoint: url }).put('a', BODY, 'image/jpeg', stop.signal)).rejects.toThrow(
      'out of time',
    );
  });

  it('tries again where S3 is overloaded', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      request.resume();
      if (requests < 3) refuse(response, 503, 'SlowDown', 'Please reduce your request rate.');
      else response.end();
    });
    await open({ endpoint: url }).put('a', BODY, 'image/jpeg');
    expect(requests).toBe(3);
  });
});

describe('what S3 does not do is an error that names bucket, key, reason and remedy:', () => {
  it('no such bucket', async () => {
    const storage = open({ name: 'absent' });
    expect(await failureOf(storage.put('a/b.jpg', BODY, 'image/jpeg'))).toMatch(
      /^The S3 bucket absent could not store a\/b\.jpg: NoSuchBucket: .* \(HTTP 404\); create the bucket, or name another one in BUCKET_NAME$/,
    );
    expect(await failureOf(storage.ping())).toContain('The S3 bucket absent could not be reached');
    expect(await failureOf(keysOf(storage, 'a'))).toContain('could not list a: NoSuchBucket');
  });

  it('no such key', async () => {
    expect(await failureOf(open().read('pages', 'absent.pdf'))).toMatch(
      /^The S3 bucket pages could not read absent\.pdf: NoSuchKey: /,
    );
  });

  it('denied', async () => {
    const url = await serve((request, response) => {
      request.resume();
      refuse(response, 403, 'AccessDenied', 'Access Denied');
    });
    expect(await failureOf(open({ endpoint: url }).put('a', BODY, 'image/jpeg'))).toMatch(
      /could not store a: AccessDenied: Access Denied \(HTTP 403\); let the credentials' policy allow/,
    );
  });

  it('denied, with no body that would say so', async () => {
    const url = await serve((_request, response) => response.writeHead(403).end());
    expect(await failureOf(open({ endpoint: url }).ping())).toMatch(/HTTP 403.*policy allow/);
  });

  it('overloaded for good', async () => {
    const url = await serve((request, response) => {
      request.resume();
      refuse(response, 503, 'SlowDown', 'Please reduce your request rate.');
    });
    const storage = open({ endpoint: url }, { maximumAttempts: 2, idleTimeoutMilliseconds: 60_000 });
    expect(await failureOf(storage.put('a', BODY, 'image/jpeg'))).toMatch(
      /SlowDown: Please reduce your request rate\. \(HTTP 503\); S3 is overloaded; try later, or lower UPLOAD_THREADS$/,
    );
  });

  it('silent', async () => {
    let requests = 0;
    const url = await serve(() => {
      requests += 1;
    });
    const storage = open({ endpoint: url }, { maximumAttempts: 2, idleTimeoutMilliseconds: 1_000 });
    expect(await failureOf(storage.put('a', BODY, 'image/jpeg'))).toMatch(
      /could not store a: TimeoutError: .*; check the network, AWS_REGION and AWS_ENDPOINT_URL_S3$/,
    );
    expect(requests).toBe(2);
  });

  it('not there', async () => {
    const url = await serve(() => undefined);
    await cleanups.pop()?.();
    expect(await failureOf(open({ endpoint: url }).put('a', BODY, 'image/jpeg'))).toMatch(
      /ECONNREFUSED.*; check the network, AWS_REGION and AWS_ENDPOINT_URL_S3$/,
    );
  });

  it('an answer that is no XML: its status, and how it starts', async () => {
    const page = `<html>\n  <head><title>502 Bad Gateway</title></head>${'<p>'.repeat(500)}`;
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(502, { 'content-type': 'text/html' }).end(page);
    });
    const storage = open({ endpoint: url }, { maximumAttempts: 1, idleTimeoutMilliseconds: 60_000 });
    const message = await failureOf(storage.put('a', BODY, 'image/jpeg'));
    expect(message).toContain(
      'could not store a: the response (HTTP 502) is not one of the service: <html> <head><title>502 Bad Gateway</title></head><p>',
    );
    expect(message).not.toMatch(/deserialization|hidden field|\$response/i);
    expect(message.length).toBeLessThan(500);
    const answers = ['Please log in', '{"error": "no such route"}', ''];
    for (const answer of answers) {
      const other = await serve((_request, response) => response.writeHead(404).end(answer));
      const said = await failureOf(keysOf(open({ endpoint: other }), 'a'));
      expect(said).toMatch(/HTTP 404/);
      expect(said).toContain(answer);
      expect(said).not.toMatch(/deserialization|hidden field|\$response/i);
    }
  });

  it('an answer with status 200 that is no XML: how it starts', async () => {
    const url = await serve((_request, response) => response.end('<html>Welcome to <b>nginx</html>'));
    expect(await failureOf(keysOf(open({ endpoint: url }), 'a'))).toContain(
      'the response (HTTP 200) is not one of the service: <html>Welcome to <b>nginx</html>',
    );
  });

  it('some objects not removed', async () => {
    const url = await serve((request, response) => {
      request.resume();
      response.end(
        '<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>',
      );
    });
    expect(await failureOf(open({ endpoint: url }).remove(['a', 'b']))).toContain('AccessDenied: no (a)');
  });
});

describe('a store that is not Amazon’s, and refuses the newer checksums', () => {
  /** Stores, reads and removes; answers requests with checksum headers as such stores do. */
  async function startStore(): Promise<string> {
    const objects = new Map<string, string>();
    return serve(async (request, response) => {
      const body = await text(request);
      const newer = Object.keys(request.headers).filter((name) =>
        /^x-amz-(checksum|sdk-checksum)/.test(name),
      );
      const isTrailed = request.headers['x-amz-trailer'] !== undefined;
      if (newer.length > 0 || isTrailed) return refuse(response, 501, 'NotImplemented', `${newer}`);
      const path = new URL(request.url ?? '', 'http://store').pathname;
      if (request.method === 'PUT') {
        objects.set(path, body);
        return response.end();
      }
      if (request.method === 'GET') return response.end(objects.get(path));
      const md5 = createHash('md5').update(body).digest('base64');
      if (request.headers['content-md5'] !== md5)
        return refuse(response, 400, 'InvalidDigest', 'no Content-MD5');
      for (const [, key] of body.matchAll(/<Key>([^<]*)</g)) objects.delete(`/pages/${key}`);
      return response.end('<DeleteResult/>');
    });
  }

  it('gets none', async () => {
    const storage = open({ endpoint: await startStore() });
    await storage.put('a.jpg', BODY, 'image/jpeg');
    expect(await text((await storage.readOwn('a.jpg')).body)).toBe('a page');
    await storage.remove(['a.jpg']);
    expect(await text((await storage.readOwn('a.jpg')).body)).toBe('');
  });

  it('gets them where an operator wants it so', async () => {
    process.env['AWS_REQUEST_CHECKSUM_CALCULATION'] = 'when_supported';
    cleanups.push(() => delete process.env['AWS_REQUEST_CHECKSUM_CALCULATION']);
    const storage = open({ endpoint: await startStore() });
    expect(await failureOf(storage.put('a.jpg', BODY, 'image/jpeg'))).toContain('NotImplemented: x-amz-');
  });
});

describe('behind a proxy', () => {
  const certificatesFor = 'pages.s3.eu-west-1.amazonaws.com';

  it('Amazon is reached through a tunnel, and trusted by an authority of the settings', async () => {
    const certificates = await makeCertificates(certificatesFor);
    const stored: string[] = [];
    const amazon = createTlsServer(certificates, (request, response) => {
      stored.push(
        `${request.method} ${request.headers.host}${new URL(request.url ?? '', 'http://s3').pathname}`,
      );
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => amazon.listen(0, '127.0.0.1', resolve));
    const { port } = amazon.address() as AddressInfo;
    const proxy = await startHttpProxy({ [`${certificatesFor}:443`]: port });
    process.env['AWS_REGION'] = 'eu-west-1';
    cleanups.push(
      () => delete process.env['AWS_REGION'],
      () => amazon.close(),
      () => proxy.close(),
    );
    const proxies = new Proxies({ http: undefined, https: proxy.url, except: ['10.0.0.0/8', 'example.org'] });
    const put = async (certificatesOf: readonly string[] | undefined) => {
      const network = new OutgoingNetwork({ proxies, certificates: certificatesOf });
      const patience = { maximumAttempts: 1, idleTimeoutMilliseconds: 5_000 };
      await open({ endpoint: undefined }, patience, network).put('a/b.jpg', BODY, 'image/jpeg');
    };
    await put([certificates.authority]);
    expect(stored).toEqual([`PUT ${certificatesFor}/a/b.jpg`]);
    expect(proxy.requests).toEqual([`CONNECT ${certificatesFor}:443`]);
    expect(await failureOf(put(undefined))).toMatch(/certificate/);
  });

  it('a store of the institution’s own is reached directly, where NO_PROXY says so', async () => {
    const proxy = await startHttpProxy({});
    cleanups.push(() => proxy.close());
    const url = await serve((request, response) => request.resume().on('end', () => response.end()));
    const { port } = new URL(url);
    const inside = `http://127.0.0.1.nip.invalid:${port}`;
    const proxied = new OutgoingNetwork({
      proxies: new Proxies({ http: proxy.url, https: undefined, except: [] }),
    });
    const excepted = new OutgoingNetwork({
      proxies: new Proxies({ http: proxy.url, https: undefined, except: ['nip.invalid'] }),
    });
    const patience = { maximumAttempts: 1, idleTimeoutMilliseconds: 5_000 };
    await failureOf(open({ endpoint: inside }, patience, proxied).put('a', BODY, 'image/jpeg'));
    expect(proxy.requests).toEqual([`PUT ${inside}/pages/a?x-id=PutObject`]);
    await failureOf(open({ endpoint: inside }, patience, excepted).put('a', BODY, 'image/jpeg'));
    expect(proxy.requests).toHaveLength(1);
    // This machine is never behind a proxy.
    await open({ endpoint: url }, patience, proxied).put('a', BODY, 'image/jpeg');
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('the URL of a key', () => {
  it('is below the custom endpoint, and encoded', async () => {
    expect(await open().urlOf('composites/5/3/a b/ü+(1)/%2E%2E?#.jpg')).toBe(
      `${s3.url}/pages/composites/5/3/a%20b/%C3%BC%2B%281%29/%252E%252E%3F%23.jpg`,
    );
  });

  it('fetches what was stored', async () => {
    const storage = open();
    const key = "a b/ü+(1)'!*/%2E%2E?#.jpg";
    await storage.put(key, BODY, 'image/jpeg');
    const response = await fetch(await storage.urlOf(key));
    expect(await response.text()).toBe('a page');
  });

  it.each([
    ['', 'https://s3.amazonaws.com/pages/a.jpg'],
    ['EU', 'https://s3-eu-west-1.amazonaws.com/pages/a.jpg'],
    ['ap-south-1', 'https://s3-ap-south-1.amazonaws.com/pages/a.jpg'],
  ])('of Amazon has the region of the bucket (%j), which is asked once', async (location, expected) => {
    let questions = 0;
    const proxied = await serve((request, response) => {
      if (request.url?.includes('?location')) questions += 1;
      response.end(
        `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${location}</LocationConstraint>`,
      );
    });
    const storage = open({ endpoint: undefined });
    // The SDK's own way to another server, which is not one of this service's settings.
    process.env['AWS_ENDPOINT_URL_S3'] = proxied;
    cleanups.push(() => delete process.env['AWS_ENDPOINT_URL_S3']);
    expect(await Promise.all([storage.urlOf('a.jpg'), storage.urlOf('a.jpg')])).toEqual([expected, expected]);
    expect(await storage.urlOf('a.jpg')).toBe(expected);
    expect(questions).toBe(1);
  });
});

describe('the URL of a key behind Amazon’s hosts', () => {
  const key = 'composites/5/3/ark:/12148/my book ü+1,@/%2E%2E/page-00001.jpg';

  async function openAtAmazon(endpoint?: string): Promise<ObjectStorage> {
    process.env['AWS_ENDPOINT_URL_S3'] = await serve((_request, response) =>
      response.end(
        '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>',
      ),
    );
    cleanups.push(() => delete process.env['AWS_ENDPOINT_URL_S3']);
    return open({ endpoint });
  }

  it('has the key as it is, for the DLCS reads it from there without decoding', async () => {
    const storage = await openAtAmazon();
    const url = await storage.urlOf(key);
    expect(url).toBe(`https://s3-eu-west-1.amazonaws.com/pages/${key}`);
    expect(await storage.keyOf(url)).toBe(key);
  });

  it('has the key as it is behind an endpoint of Amazon’s own, too', async () => {
    const endpoint = 'https://bucket.vpce-1a2b3c4d-5e6f.s3.eu-west-1.vpce.amazonaws.com';
    const storage = await openAtAmazon(endpoint);
    const url = await storage.urlOf(key);
    expect(url).toBe(`${endpoint}/pages/${key}`);
    expect(await storage.keyOf(url)).toBe(key);
  });
});

describe('region and endpoint', () => {
  it('may come from the profile', async () => {
    let authorization: string | undefined;
    const url = await serve((request, response) => {
      authorization = request.headers.authorization;
      response.end();
    });
    const path = join(directory, 'profile-config');
    await writeFile(
      path,
      `[profile library]\nregion = eu-north-1\naws_access_key_id = K\naws_secret_access_key = K\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = ${url}/\n`,
    );
    const { AWS_CONFIG_FILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    Object.assign(process.env, { AWS_CONFIG_FILE: path, AWS_PROFILE: 'library' });
    cleanups.push(() => {
      Object.assign(process.env, { AWS_CONFIG_FILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
      delete process.env['AWS_PROFILE'];
    });
    const storage = open({ endpoint: undefined });
    await storage.put('a', BODY, 'image/jpeg');
    expect(authorization).toContain('/eu-north-1/s3/');
    expect(await storage.urlOf('a')).toBe(`${url}/pages/a`);
  });

  it.each([
    [{ AWS_REGION: 'eu-west-3' }, 'eu-west-3'],
    [{ AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-2'],
    [{}, 'us-east-1'],
  ])('%j: the region is %s', async (environment, region) => {
    let authorization: string | undefined;
    const url = await serve((request, response) => {
      authorization = request.headers.authorization;
      response.end();
    });
    Object.assign(process.env, environment);
    cleanups.push(() => {
      for (const name of Object.keys(environment)) delete process.env[name];
    });
    await open({ endpoint: url }).put('a', BODY, 'image/jpeg');
    expect(authorization).toContain(`/${region}/s3/`);
  });
});
