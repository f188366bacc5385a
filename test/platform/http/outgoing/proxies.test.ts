import { describe, expect, it } from '@jest/globals';
import { Proxies } from '../../../../src/platform/http/outgoing/proxies.ts';

const http = 'http://proxy:1';
const https = 'http://proxy:2';

function proxyFor(url: string, except: readonly string[] = []): string | undefined {
  return new Proxies({ http, https, except }).proxyFor(new URL(url));
}

describe('the proxy of a request', () => {
  it('is that of the scheme', () => {
    expect(proxyFor('http://example.org/')).toBe(http);
    expect(proxyFor('https://example.org/')).toBe(https);
  });

  it.each(['localhost', 'a.localhost', '127.0.0.1', '127.1', '[::1]', '[::ffff:127.0.0.1]'])(
    'is none for this machine: %s',
    (host) => expect(proxyFor(`http://${host}/`)).toBeUndefined(),
  );

  it.each([
    ['example.org', 'https://example.org/'],
    ['example.org', 'https://a.example.org/'],
    ['.example.org', 'https://a.example.org/'],
    ['*.example.org', 'https://a.example.org/'],
    ['example.org:8443', 'https://example.org:8443/'],
    ['example.org:443', 'https://example.org/'],
    ['10.0.0.0/8', 'http://10.1.2.3/'],
    ['10.1.2.3', 'http://10.1.2.3/'],
    ['fd00::/8', 'http://[fd12::1]/'],
    ['*', 'https://anything.net/'],
  ])('is none for what NO_PROXY=%s excepts: %s', (entry, url) => {
    expect(proxyFor(url, [entry])).toBeUndefined();
  });

  it.each([
    ['example.org', 'https://badexample.org/'],
    ['example.org:8443', 'https://example.org/'],
    ['10.0.0.0/8', 'https://11.1.2.3/'],
    ['10.1.2.3', 'https://10.1.2.4/'],
  ])('is used for what NO_PROXY=%s does not except: %s', (entry, url) => {
    expect(proxyFor(url, [entry])).toBe(https);
  });
});

it('without proxies, nothing is set for the agents of Node', () => {
  expect(Proxies.NONE.environment()).toBeUndefined();
});
