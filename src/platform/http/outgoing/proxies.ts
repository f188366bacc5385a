import { makeValidator } from 'envalid';
import ipaddr from 'ipaddr.js';
import { refuse } from '../../settings/values.ts';
import { parseAddress } from './public-address.ts';

/** The proxies that an operator has set, each by the scheme of the URLs that go through it. */
export interface ProxySettings {
  /** For `http:` URLs. */
  readonly http: string | undefined;
  /** For `https:` URLs. */
  readonly https: string | undefined;
  /** Hosts that are connected to directly. */
  readonly except: readonly string[];
}

/**
 * Which requests go through a proxy. `NO_PROXY` has hosts, which include the names below them, with a port where only
 * that one is meant; addresses, networks (`10.0.0.0/8`), and `*` for all. This machine is always connected to directly.
 */
export class Proxies {
  /** No proxy for any request. */
  static readonly NONE = new Proxies({ http: undefined, https: undefined, except: [] });

  readonly #settings: ProxySettings;

  constructor(settings: ProxySettings) {
    this.#settings = settings;
  }

  /** Returns the proxy that a request goes through; `undefined` if it goes directly. */
  proxyFor(url: URL): string | undefined {
    const proxy = url.protocol === 'https:' ? this.#settings.https : this.#settings.http;
    return proxy === undefined || this.#isExcepted(url) ? undefined : proxy;
  }

  /** The same for an agent of Node's own, as variables; `undefined` if there is no proxy. */
  environment(): Record<string, string> | undefined {
    const { http, https, except } = this.#settings;
    if (http === undefined && https === undefined) return undefined;
    return {
      ...(http === undefined ? {} : { HTTP_PROXY: http }),
      ...(https === undefined ? {} : { HTTPS_PROXY: https }),
      NO_PROXY: [
        'localhost',
        '.localhost',
        '127.0.0.0-127.255.255.255',
        '::1',
        '[::1]',
        ...except.flatMap(asNodeReadsIt),
      ].join(','),
    };
  }

  #isExcepted({ hostname, port, protocol }: URL): boolean {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const address = parseAddress(name);
    if (name === 'localhost' || name.endsWith('.localhost') || address?.range() === 'loopback') return true;
    const actualPort = port || (protocol === 'https:' ? '443' : '80');
    return this.#settings.except.some((entry) => {
      if (entry === '*') return true;
      if (ipaddr.isValidCIDR(entry)) return address !== undefined && isIn(address, entry);
      const { host, port: onlyPort } = splitPort(entry);
      if (onlyPort !== undefined && onlyPort !== actualPort) return false;
      const only = parseAddress(host);
      if (only) return address?.toString() === only.toString();
      return name === host || name.endsWith(`.${host}`);
    });
  }
}

/** `HTTP_PROXY` and `HTTPS_PROXY`: the URL of a proxy; without a scheme it is `http:`. */
export const proxyUrl = makeValidator<string>((input) => {
  const value = input.trim();
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (!url?.hostname || !/^https?:$/.test(url.protocol)) {
    return refuse('the URL of a proxy: http://user:password@host:port, or https://…');
  }
  return url.href.replace(/\/$/, '');
});

/** `NO_PROXY`: hosts with commas or blanks between them. */
export const proxyExceptions = makeValidator<readonly string[]>((input) =>
  input
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== ''),
);

function splitPort(entry: string): { readonly host: string; readonly port: string | undefined } {
  const [, host = entry, port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  return { host: host.replace(/^\*?\./, ''), port };
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [start, prefixLength] = ipaddr.parseCIDR(network);
  return address.kind() === start.kind() && address.match(start, prefixLength);
}

/** Node knows ranges in place of networks, and takes a host for that host alone. */
function asNodeReadsIt(entry: string): string[] {
  if (entry === '*') return [entry];
  if (ipaddr.IPv4.isValidCIDR(entry)) {
    return [`${ipaddr.IPv4.networkAddressFromCIDR(entry)}-${ipaddr.IPv4.broadcastAddressFromCIDR(entry)}`];
  }
  const { host, port } = splitPort(entry);
  const ending = port === undefined ? '' : `:${port}`;
  return parseAddress(host) ? [`${host}${ending}`] : [`${host}${ending}`, `.${host}${ending}`];
}
