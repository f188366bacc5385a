import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AddressRefusedError } from '../../../../src/platform/http/outgoing/address-guard.ts';
import { AllowedNetworks } from '../../../../src/platform/http/outgoing/allowed-networks.ts';
import { OutgoingClient } from '../../../../src/platform/http/outgoing/outgoing-client.ts';
import {
  OutgoingNetwork,
  type OutgoingNetworkOptions,
} from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { Proxies } from '../../../../src/platform/http/outgoing/proxies.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { type DnsServer, startDnsServer } from '../../../support/dns-server.ts';
import { type HttpProxy, startHttpProxy } from '../../../support/http-proxy.ts';

const TIMEOUTS = { connectMilliseconds: 5_000, headersMilliseconds: 5_000, bodyMilliseconds: 5_000 };

/** Plays the public internet: it is allowed, and other addresses of this machine are not. */
const OUTSIDE = '127.0.0.2';
const INSIDE = '127.0.0.3';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Returns the port. */
async function serve(address: string, listener: RequestListener, port = 0): Promise<number> {
  return listenAt(createServer(listener), address, port);
}

async function listenAt(server: Server, address: string, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** Counts the requests of a server that no request may reach. */
function countRequests(): { readonly listener: RequestListener; readonly count: number } {
  let count = 0;
  return {
    get count() {
      return count;
    },
    listener: (_request, response) => {
      count += 1;
      response.end('inside');
    },
  };
}

async function startDns(): Promise<DnsServer> {
  const dns = await startDnsServer();
  cleanups.push(() => dns.close());
  return dns;
}

async function startProxy(places: Record<string, number>): Promise<HttpProxy> {
  const proxy = await startHttpProxy(places);
  cleanups.push(() => proxy.close());
  return proxy;
}

function open(options: OutgoingNetworkOptions = {}, allowed = OUTSIDE): OutgoingClient {
  const client = OutgoingClient.guarded(
    new OutgoingNetwork(options),
    TIMEOUTS,
    AllowedNetworks.parse(allowed),
  );
  cleanups.push(() => client.destroy());
  return client;
}

function openTrusted(options: OutgoingNetworkOptions = {}): OutgoingClient {
  const client = OutgoingClient.trusted(new OutgoingNetwork(options), TIMEOUTS);
  cleanups.push(() => client.destroy());
  return client;
}

async function bodyOf(client: OutgoingClient, url: string): Promise<string> {
  const response = await client.fetch(new URL(url), {});
  return response.text();
}

async function isRefused(client: OutgoingClient, url: string): Promise<boolean> {
  const error: unknown = await client.fetch(new URL(url), {}).catch((thrown: unknown) => thrown);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof AddressRefusedError;
}

describe('a guarded client', () => {
  it('reaches an address that is allowed, and not its neighbour', async () => {
    const inside = countRequests();
    const port = await serve(OUTSIDE, (_request, response) => response.end('outside'));
    await serve(INSIDE, inside.listener, port);
    const client = open();
    expect(await bodyOf(client, `http://${OUTSIDE}:${port}/`)).toBe('outside');
    expect(await isRefused(client, `http://${INSIDE}:${port}/`)).toBe(true);
    expect(inside.count).toBe(0);
  });

  it('looks at the addresses of a name', async () => {
    const dns = await startDns();
    dns.answer('inside.test', [INSIDE]);
    dns.answer('outside.test', [OUTSIDE]);
    const port = await serve(OUTSIDE, (_request, response) => response.end('outside'));
    const client = open({ lookup: dns.lookup });
    expect(await bodyOf(client, `http://outside.test:${port}/`)).toBe('outside');
    expect(await isRefused(client, `http://inside.test:${port}/`)).toBe(true);
  });

  it('connects to the allowed ones of several addresses', async () => {
    const dns = await startDns();
    dns.answer('both.test', [INSIDE, OUTSIDE]);
    const inside = countRequests();
    const port = await serve(OUTSIDE, (_request, response) => response.end('outside'));
    await serve(INSIDE, inside.listener, port);
    expect(await bodyOf(open({ lookup: dns.lookup }), `http://both.test:${port}/`)).toBe('outside');
    expect(inside.count).toBe(0);
  });

  it('asks once for each connection, and connects to what was answered then, whatever the name is a moment later', async () => {
    const dns = await startDns();
    dns.answer('rebinding.test', [OUTSIDE], [INSIDE]);
    const inside = countRequests();
    const closing: RequestListener = (_request, response) =>
      response.writeHead(200, { connection: 'close' }).end('outside');
    const port = await serve(OUTSIDE, closing);
    await serve(INSIDE, inside.listener, port);
    const client = open({ lookup: dns.lookup });
    expect(await bodyOf(client, `http://rebinding.test:${port}/`)).toBe('outside');
    expect(dns.questions).toEqual(['rebinding.test']);
    // The next connection finds the other address.
    expect(await isRefused(client, `http://rebinding.test:${port}/`)).toBe(true);
    expect(inside.count).toBe(0);
  });

  it('reaches a host that is listed by its name, wherever it is', async () => {
    const dns = await startDns();
    dns.answer('listed.test', [INSIDE]);
    dns.answer('other.test', [INSIDE]);
    const port = await serve(INSIDE, (_request, response) => response.end('inside'));
    const client = open({ lookup: dns.lookup }, 'listed.test');
    expect(await bodyOf(client, `http://listed.test:${port}/`)).toBe('inside');
    expect(await isRefused(client, `http://other.test:${port}/`)).toBe(true);
    expect(await isRefused(client, `http://${INSIDE}:${port}/`)).toBe(true);
  });

  it('does not follow redirects by itself', async () => {
    const port = await serve(OUTSIDE, (_request, response) =>
      response.writeHead(302, { location: `http://${INSIDE}/` }).end(),
    );
    const response = await open().fetch(new URL(`http://${OUTSIDE}:${port}/`), {});
    expect(response.status).toBe(302);
  });
});

describe('through a proxy, a guarded client', () => {
  it('fetches http: URLs without a tunnel, and https: URLs through one', async () => {
    const certificates = await makeCertificates('secure.test');
    const plain = await serve('127.0.0.1', (request, response) => response.end(`plain ${request.url}`));
    const secure = await listenAt(
      createTlsServer(certificates, (_request, response) => response.end('secure')),
      '127.0.0.1',
    );
    const proxy = await startProxy({ 'plain.test:80': plain, 'secure.test:443': secure });
    const dns = await startDns();
    const client = open({
      proxies: new Proxies({ http: proxy.url, https: proxy.url, except: [] }),
      certificates: [certificates.authority],
      lookup: dns.lookup,
    });
    expect(await bodyOf(client, 'http://plain.test/a?b=c')).toBe('plain /a?b=c');
    expect(await bodyOf(client, 'https://secure.test/')).toBe('secure');
    expect(proxy.requests).toEqual(['GET http://plain.test/a?b=c', 'CONNECT secure.test:443']);
  });

  it('sends the user and password of the proxy to the proxy', async () => {
    const seen: (string | undefined)[] = [];
    const port = await serve('127.0.0.1', (request, response) => {
      seen.push(request.headers.authorization);
      response.end('plain');
    });
    const proxy = await startProxy({ 'plain.test:80': port });
    const withUser = proxy.url.replace('://', '://me:p%40ss@');
    const dns = await startDns();
    const client = open({
      proxies: new Proxies({ http: withUser, https: undefined, except: [] }),
      lookup: dns.lookup,
    });
    await bodyOf(client, 'http://plain.test/');
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
    expect(seen).toEqual([undefined]);
  });

  it('does not ask the proxy for a name that is not known here, where the internet is not allowed', async () => {
    const proxy = await startProxy({ 'far.test:80': 1 });
    const dns = await startDns();
    const network = new OutgoingNetwork({
      proxies: new Proxies({ http: proxy.url, https: proxy.url, except: [] }),
      lookup: dns.lookup,
    });
    const client = OutgoingClient.guarded(
      network,
      TIMEOUTS,
      AllowedNetworks.parse(OUTSIDE).withoutInternet(),
    );
    cleanups.push(() => client.destroy());
    expect(await isRefused(client, 'http://far.test/')).toBe(true);
    expect(proxy.requests).toEqual([]);
  });

  it('does not ask the proxy for what is not allowed', async () => {
    const proxy = await startProxy({ '10.0.0.1:80': 1, 'inside.test:80': 1 });
    const dns = await startDns();
    dns.answer('inside.test', [INSIDE]);
    const proxies = new Proxies({ http: proxy.url, https: proxy.url, except: [] });
    const client = open({ proxies, lookup: dns.lookup });
    expect(await isRefused(client, 'http://10.0.0.1/')).toBe(true);
    expect(await isRefused(client, 'https://[::ffff:10.0.0.1]/')).toBe(true);
    expect(await isRefused(client, 'http://inside.test/')).toBe(true);
    expect(proxy.requests).toEqual([]);
  });

  it('goes past it, and is guarded, where NO_PROXY says so', async () => {
    const proxy = await startProxy({});
    const dns = await startDns();
    dns.answer('direct.test', [OUTSIDE], [INSIDE]);
    const port = await serve(OUTSIDE, (_request, response) =>
      response.writeHead(200, { connection: 'close' }).end('direct'),
    );
    const proxies = new Proxies({ http: proxy.url, https: proxy.url, except: ['.test'] });
    const client = open({ proxies, lookup: dns.lookup });
    expect(await bodyOf(client, `http://direct.test:${port}/`)).toBe('direct');
    expect(await isRefused(client, `http://direct.test:${port}/`)).toBe(true);
    expect(proxy.requests).toEqual([]);
  });
});

describe('a client of URLs that an operator has set', () => {
  it('reaches any address', async () => {
    const port = await serve(INSIDE, (_request, response) => response.end('inside'));
    expect(await bodyOf(openTrusted(), `http://${INSIDE}:${port}/`)).toBe('inside');
  });

  it('trusts the authorities of the settings, and no others', async () => {
    const certificates = await makeCertificates('secure.test');
    const dns = await startDns();
    dns.answer('secure.test', ['127.0.0.1']);
    const port = await listenAt(
      createTlsServer(certificates, (_request, response) => response.end('secure')),
      '127.0.0.1',
    );
    const { lookup } = dns;
    const url = `https://secure.test:${port}/`;
    const trusting = openTrusted({ lookup, certificates: [certificates.authority] });
    expect(await bodyOf(trusting, url)).toBe('secure');
    const other = await makeCertificates('secure.test');
    const wary = openTrusted({ lookup, certificates: [other.authority] });
    const error: unknown = await bodyOf(wary, url).catch((thrown: unknown) => thrown);
    expect(error).toHaveProperty('cause.code', expect.stringMatching(/^(UNABLE_TO|SELF_SIGNED|CERT_)/));
  });
});
