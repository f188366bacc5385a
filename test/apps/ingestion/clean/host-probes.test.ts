import { createServer, type Server } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { probeHosts } from '../../../../src/apps/ingestion/clean/host-probes.ts';
import { AllowedNetworks } from '../../../../src/platform/http/outgoing/allowed-networks.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { makeCertificates } from '../../../support/certificates.ts';

const HOSTS = ['good.example', 'moved.example', 'broken.example', 'silent.example'];

let server: Server;
let network: OutgoingNetwork;
let port: number;
let requests: string[];

/** Every name is this machine. */
const lookup: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

beforeAll(async () => {
  const { authority, key, cert } = await makeCertificates(...HOSTS);
  server = createServer({ key, cert }, ({ headers }, response) => {
    const host = String(headers.host);
    requests.push(host);
    if (host.startsWith('silent')) return;
    if (host.startsWith('moved')) response.writeHead(302, { location: 'https://elsewhere.example/' });
    if (host.startsWith('broken')) response.writeHead(503);
    response.end();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address: string | AddressInfo | null = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  network = new OutgoingNetwork({ certificates: [authority], lookup });
});
afterAll(async () => {
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
});
beforeEach(() => {
  requests = [];
});

function probe(hosts: readonly string[], probed = ['*'], allowed = AllowedNetworks.parse('loopback')) {
  return probeHosts(hosts, { network, allowed, probed, signal: new AbortController().signal });
}

it('finds https: where a host has a good status or a redirect by it, and http: elsewhere', async () => {
  const hosts = [...HOSTS, 'unknown.example'].map((host) => `${host}:${port}`);
  const { schemes, refused } = await probe(hosts);
  expect(Object.fromEntries(schemes)).toEqual({
    [`good.example:${port}`]: 'https',
    [`moved.example:${port}`]: 'https',
    [`broken.example:${port}`]: 'http',
    [`silent.example:${port}`]: 'http',
    // Its certificate is for others.
    [`unknown.example:${port}`]: 'http',
  });
  expect(refused).toEqual([]);
});

it('sends one request to each host, and follows no redirect', async () => {
  await probe([`good.example:${port}`, `moved.example:${port}`]);
  expect(requests.toSorted()).toEqual([`good.example:${port}`, `moved.example:${port}`]);
});

it('sends none to hosts that are not listed, and to those whose scheme is known', async () => {
  const hosts = [`good.example:${port}`, 'www.flickr.com', 'collections.musee-mccord.qc.ca'];
  const { schemes } = await probe(hosts, ['.other.example', 'www.flickr.com']);
  expect([...schemes.values()]).toEqual(['https', 'https', 'http']);
  expect(requests).toEqual([]);
});

it('refuses hosts whose address is private, and sends nothing', async () => {
  const { schemes, refused } = await probe([`good.example:${port}`], ['*'], AllowedNetworks.PUBLIC);
  expect([...schemes.values()]).toEqual(['https']);
  expect(refused).toEqual([`good.example:${port}`]);
  expect(requests).toEqual([]);
});

it('stops at its signal', async () => {
  await expect(
    probeHosts([`silent.example:${port}`], {
      network,
      allowed: AllowedNetworks.parse('loopback'),
      probed: ['*'],
      signal: AbortSignal.abort(new Error('cancelled')),
    }),
  ).rejects.toThrow('cancelled');
});

it('sends three requests to a host at the most, one after another, whatever its URLs have for ports and users', async () => {
  const places = [`${port}`, '1', '2', '3', '4'].map((number) => `good.example:${number}`);
  const { schemes } = await probe([`ada:word@good.example:${port}`, ...places]);
  expect(requests).toEqual([`good.example:${port}`]);
  expect([...schemes]).toEqual([
    [`ada:word@good.example:${port}`, 'https'],
    [`good.example:${port}`, 'https'],
    ['good.example:1', 'http'],
    ['good.example:2', 'http'],
    // These are not probed any more.
    ['good.example:3', 'https'],
    ['good.example:4', 'https'],
  ]);
});
