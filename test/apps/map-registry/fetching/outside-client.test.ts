import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  GuardedOutsideClient,
  type OutsideLimits,
} from '../../../../src/apps/map-registry/fetching/guarded-outside-client.ts';
import { openOutsideClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import {
  type OutsideClient,
  type OutsideFault,
  type OutsideRequest,
  OutsideRequestError,
} from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import { readInstallation } from '../../../../src/installation.ts';
import { AllowedNetworks } from '../../../../src/platform/http/outgoing/allowed-networks.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { platformSettings } from '../../../../src/platform/settings.ts';
import { type DnsServer, startDnsServer } from '../../../support/dns-server.ts';

/** Plays the public internet: it is allowed, and other addresses of this machine are not. */
const OUTSIDE = '127.0.0.2';
const INSIDE = '127.0.0.3';
const MEBIBYTE = 1024 ** 2;

const cleanups: (() => unknown)[] = [];
let port: number;
let dns: DnsServer;
let respond: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  port = await serve(OUTSIDE, (request, response) => respond(request, response));
  dns = await startDnsServer();
});
afterAll(async () => {
  await dns.close();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const opened: OutsideClient[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) await client.close();
});

async function serve(address: string, listener: RequestListener, atPort = 0): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(atPort, address, resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function open(limits: Partial<OutsideLimits> = {}): OutsideClient {
  const client = new GuardedOutsideClient({
    network: new OutgoingNetwork({ lookup: dns.lookup }),
    allowedNetworks: AllowedNetworks.parse(OUTSIDE),
    allowedPorts: ['80', '443'],
    maximumBytes: MEBIBYTE,
    timeoutSeconds: 10,
    userAgent: 'registry under test',
    ...limits,
  });
  opened.push(client);
  return client;
}

function outside(path = '/'): URL {
  return new URL(path, `http://${OUTSIDE}:${port}`);
}

const NEVER: OutsideRequest = { signal: new AbortController().signal };

async function faultOf(
  client: OutsideClient,
  url: URL,
  request: Partial<OutsideRequest> = {},
): Promise<{ readonly fault: OutsideFault; readonly message: string }> {
  const error: unknown = await client.get(url, { ...NEVER, ...request }).catch((thrown: unknown) => thrown);
  if (!(error instanceof OutsideRequestError)) throw new Error('no error', { cause: error });
  return { fault: error.fault, message: error.message };
}

describe('a request to a stranger’s server', () => {
  it('reads the whole reply, with the headers of the request', async () => {
    respond = (request, response) => {
      response.writeHead(200, { etag: '"one"', 'content-encoding': 'gzip' });
      response.end(
        gzipSync(`${request.method} ${request.headers['user-agent']} ${request.headers['x-own']}`),
      );
    };
    const reply = await open().get(outside('/a#part'), { ...NEVER, headers: { 'x-own': 'yes' } });
    expect(reply.body.toString()).toBe('GET registry under test yes');
    expect(reply.headers.get('etag')).toBe('"one"');
    expect(reply.url.href).toBe(outside('/a').href);
  });

  it('sends a body as a POST, and goes on as a GET where a redirect says so', async () => {
    const seen: string[] = [];
    respond = async (request, response) => {
      const body = (await request.toArray()).join('');
      seen.push(`${request.method} ${request.url} ${body}`);
      if (request.url === '/kept') response.writeHead(307, { location: '/changed' }).end();
      else if (request.url === '/changed') response.writeHead(303, { location: '/end' }).end();
      else response.end();
    };
    await open().get(outside('/kept'), { ...NEVER, body: { content: '<a/>', type: 'text/xml' } });
    expect(seen).toEqual(['POST /kept <a/>', 'POST /changed <a/>', 'GET /end ']);
  });

  it('returns a reply of any status, or throws for one that is not a success', async () => {
    respond = (_request, response) => response.writeHead(304).end();
    const reply = await open().request(outside(), NEVER);
    expect(reply.status).toBe(304);
    const error: unknown = await open()
      .get(outside(), NEVER)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'OutsideRequestError',
      fault: 'status',
      status: 304,
      message: `${OUTSIDE}:${port} replied with the status 304.`,
    });
  });

  it('sends a password to the first host alone', async () => {
    const seen: (string | undefined)[] = [];
    respond = (request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === '/first') response.writeHead(302, { location: '/second' });
      response.end();
    };
    await open().get(outside('/first'), { ...NEVER, basicAuth: { username: 'me', password: 'secret' } });
    expect(seen).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`, undefined]);
  });
});

describe('a server with a fault', () => {
  it.each([
    ['hangs', () => undefined],
    [
      'drips',
      (_request: IncomingMessage, response: ServerResponse) => {
        const drip = setInterval(() => response.write('.'), 50);
        response.once('close', () => clearInterval(drip));
      },
    ],
  ])('that %s ends with the deadline', async (_name, listener) => {
    respond = listener;
    expect(await faultOf(open({ timeoutSeconds: 1 }), outside())).toEqual({
      fault: 'timeout',
      message: `${OUTSIDE}:${port} did not send a whole reply within 1 second.`,
    });
  });

  it('that redirects slowly has the deadline for all redirects together', async () => {
    respond = (request, response) => {
      const count = Number(new URL(request.url ?? '', 'http://a').searchParams.get('n'));
      setTimeout(() => response.writeHead(302, { location: `/?n=${count + 1}` }).end(), 400);
    };
    expect((await faultOf(open({ timeoutSeconds: 1 }), outside('/?n=0'))).fault).toBe('timeout');
  });

  it.each([
    ['in a loop', (path: string) => (path === '/' ? '/a' : '/'), 'redirects in a loop'],
    ['for ever', (path: string) => `${path}a`, 'redirects too many times'],
    ['to a file', () => 'file:///etc/passwd', 'redirects to something other than http: and https:'],
  ])('that redirects %s is left', async (_name, target, reason) => {
    let count = 0;
    respond = (request, response) => {
      count += 1;
      response.writeHead(302, { location: target(request.url ?? '/') }).end();
    };
    const { fault, message } = await faultOf(open(), outside());
    expect(fault).toBe('redirects');
    expect(message).toBe(`${OUTSIDE}:${port} ${reason}.`);
    expect(count).toBeLessThanOrEqual(6);
  });

  it('that says how much it will send is not read', async () => {
    respond = (_request, response) => {
      response.writeHead(200, { 'content-length': String(1024 * MEBIBYTE) });
      response.write('a');
    };
    expect(await faultOf(open(), outside())).toEqual({
      fault: 'too-large',
      message: `${OUTSIDE}:${port} sent more than the 1 MiB that a reply may have.`,
    });
  });

  it('that sends a gigabyte is left at the limit, and takes no more memory', async () => {
    const part = Buffer.alloc(MEBIBYTE, 'a');
    let sent = 0;
    let mostBytes = 0;
    respond = (_request, response) => {
      const send = () => {
        while (!response.destroyed && sent < 1024) {
          sent += 1;
          mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers);
          if (!response.write(part)) return;
        }
      };
      response.on('drain', send);
      send();
    };
    const client = open({ maximumBytes: 16 * MEBIBYTE });
    const before = process.memoryUsage().arrayBuffers;
    // The garbage of several adds up.
    for (let count = 0; count < 5; count += 1) {
      sent = 0;
      expect((await faultOf(client, outside())).fault).toBe('too-large');
      expect(sent).toBeLessThan(100);
    }
    // The body, and what is read before its buffers are freed.
    expect(mostBytes - before).toBeLessThan((16 + 8) * MEBIBYTE);
  });

  it.each<[string, (body: Buffer) => Buffer]>([
    ['zstd', zstdCompressSync],
    ['gzip, gzip', (body) => gzipSync(gzipSync(body))],
  ])('that compresses a reply as %s is not read', async (compression, compress) => {
    respond = (_request, response) => {
      response.writeHead(200, { 'content-encoding': compression }).end(compress(Buffer.from('a')));
    };
    expect(await faultOf(open(), outside())).toEqual({
      fault: 'broken-reply',
      message: `${OUTSIDE}:${port} sent a reply that is compressed as ${compression}.`,
    });
  });

  it('that sends a bomb is left when it is unpacked to more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE));
    respond = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    expect((await faultOf(open(), outside())).fault).toBe('too-large');
  });

  it('that breaks off is told from one that is not there', async () => {
    respond = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('a');
      setImmediate(() => response.destroy());
    };
    expect((await faultOf(open(), outside())).fault).toBe('broken-reply');
    expect(await faultOf(open(), new URL(`http://${OUTSIDE}:8081/`))).toEqual({
      fault: 'unreachable',
      message: `${OUTSIDE}:8081 refuses connections.`,
    });
    expect(await faultOf(open(), new URL('http://nowhere.test/'))).toEqual({
      fault: 'unreachable',
      message: 'There is no host named nowhere.test.',
    });
  });

  it('ends when the caller ends it, with the reason of the caller', async () => {
    respond = () => undefined;
    const stopped = new AbortController();
    const reading = open().get(outside(), { signal: stopped.signal });
    stopped.abort(new Error('the task was cancelled'));
    await expect(reading).rejects.toThrow('the task was cancelled');
  });
});

describe('the guard', () => {
  it('refuses addresses, names and redirects into networks that are not listed', async () => {
    let isReached = false;
    await serve(
      INSIDE,
      (_request, response) => {
        isReached = true;
        response.end();
      },
      port,
    );
    dns.answer('inside.test', [INSIDE]);
    respond = (_request, response) =>
      response.writeHead(302, { location: `http://${INSIDE}:${port}/` }).end();
    const client = open({ allowedPorts: [String(port)] });
    for (const [url, host] of [
      [new URL(`http://${INSIDE}:${port}/`), INSIDE],
      [new URL(`http://inside.test:${port}/`), 'inside.test'],
      [outside(), INSIDE],
    ] as const) {
      expect(await faultOf(client, url)).toEqual({
        fault: 'refused-address',
        message: `Requests may not go to ${host}:${port}: it is in a network that REGISTRY_ALLOWED_NETWORKS does not list.`,
      });
    }
    expect(isReached).toBe(false);
  });

  it('is not misled by a name that changes its address', async () => {
    dns.answer('rebinding.test', [OUTSIDE], [INSIDE]);
    respond = (request, response) => {
      response.writeHead(200, { connection: 'close' }).end(request.headers.host);
    };
    const client = open({ allowedPorts: [String(port)] });
    const url = new URL(`http://rebinding.test:${port}/`);
    expect((await client.get(url, NEVER)).status).toBe(200);
    expect((await faultOf(client, url)).fault).toBe('refused-address');
  });

  it('refuses ports of the internet that are not listed', async () => {
    const client = open();
    dns.answer('public.test', ['203.0.114.1']);
    for (const host of ['203.0.114.1', 'public.test']) {
      expect(await faultOf(client, new URL(`http://${host}:8081/`))).toEqual({
        fault: 'refused-address',
        message: `Requests may not go to port 8081 of ${host}: REGISTRY_ALLOWED_PORTS does not list it.`,
      });
    }
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.2/', 'http://127.0.0.2:25/'])('refuses %s', async (url) => {
    expect((await faultOf(open(), new URL(url))).fault).toBe('refused-address');
  });
});

it('has its limits from the settings', async () => {
  const { settings } = readInstallation({
    INSTALLED_APPS: 'map-registry',
    DJANGO_SECRET_KEY: 'the tests of the registry have no secrets',
    DATABASE_URL: 'postgresql://unused/unused',
    REGISTRY_ALLOWED_NETWORKS: OUTSIDE,
    REGISTRY_MAX_BODY: '2',
    REGISTRY_CHECK_TIMEOUT: '1',
    REGISTRY_USER_AGENT: 'by settings',
  });
  const client = openOutsideClient({
    settings: settings.of(platformSettings),
    settingsOf: (section) => settings.of(section),
  });
  opened.push(client);
  respond = (request, response) => response.end(request.headers['user-agent']);
  expect((await client.get(outside(), NEVER)).body.toString()).toBe('by settings');
  respond = (_request, response) => response.end(Buffer.alloc(2 * MEBIBYTE + 1));
  expect((await faultOf(client, outside())).message).toContain('2 MiB');
  respond = () => undefined;
  expect((await faultOf(client, outside())).fault).toBe('timeout');
});
