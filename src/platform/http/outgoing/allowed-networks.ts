import { makeValidator } from 'envalid';
import ipaddr from 'ipaddr.js';
import { refuse } from '../../settings/values.ts';
import { isPublicAddress, parseAddress } from './public-address.ts';

/** Networks by the names that `WEB_SERVER_TRUSTED_PROXIES` has for them as well. */
const NAMED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

const HOST_NAME = /^(\*?\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Where requests may go: the public internet, and the networks and hosts that an operator lists. */
export class AllowedNetworks {
  /** The public internet alone. */
  static readonly PUBLIC = new AllowedNetworks([], [], true);

  readonly #networks: readonly Network[];
  readonly #hosts: readonly string[];
  /** Whether the public internet is among them. */
  readonly hasInternet: boolean;

  private constructor(networks: readonly Network[], hosts: readonly string[], hasInternet: boolean) {
    this.#networks = networks;
    this.#hosts = hosts;
    this.hasInternet = hasInternet;
  }

  /**
   * Reads a list with commas: addresses, networks (`10.0.0.0/8`), hosts (`files.example.org`, or `.example.org` with all
   * below it), and the names `loopback`, `linklocal` and `uniquelocal`.
   *
   * @throws {TypeError} that names the entry that is none of these.
   */
  static parse(list: string): AllowedNetworks {
    const networks: Network[] = [];
    const hosts: string[] = [];
    for (const entry of list.toLowerCase().split(/[\s,]+/)) {
      if (entry === '' || entry === 'none') continue;
      const network = networksOf(entry);
      if (network) networks.push(...network);
      else if (HOST_NAME.test(entry) && !/^[\d.]+$/.test(entry)) hosts.push(entry.replace(/^\*\./, '.'));
      else throw new TypeError(entry);
    }
    return new AllowedNetworks(networks, hosts, true);
  }

  /** Returns the networks and hosts of the list alone. */
  withoutInternet(): AllowedNetworks {
    return new AllowedNetworks(this.#networks, this.#hosts, false);
  }

  /** Returns whether the list names a host, whatever its addresses are. */
  allowsHost(hostname: string): boolean {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    return this.#hosts.some((host) =>
      host.startsWith('.') ? name.endsWith(host) || name === host.slice(1) : name === host,
    );
  }

  /** Returns whether an address is public, unless these are without the internet, or in a network of the list. */
  allowsAddress(address: string): boolean {
    if (this.hasInternet && isPublicAddress(address)) return true;
    const parsed = parseAddress(address);
    return parsed !== undefined && this.#networks.some((network) => isIn(parsed, network));
  }
}

/** A setting that lists {@link AllowedNetworks}. */
export const allowedNetworks = makeValidator<AllowedNetworks>((input) => {
  try {
    return AllowedNetworks.parse(input);
  } catch {
    return refuse(
      `none, or addresses, networks (10.0.0.0/8), hosts (files.example.org, .example.org) and the names ${Object.keys(NAMED_NETWORKS).join(', ')}, with commas`,
    );
  }
});

function networksOf(entry: string): Network[] | undefined {
  const named = Object.hasOwn(NAMED_NETWORKS, entry) ? NAMED_NETWORKS[entry] : undefined;
  if (named) return named.map((network) => ipaddr.parseCIDR(network));
  if (ipaddr.isValidCIDR(entry)) return [ipaddr.parseCIDR(entry)];
  const address = parseAddress(entry);
  return address && [[address, address instanceof ipaddr.IPv4 ? 32 : 128]];
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [network, prefixLength]: Network): boolean {
  if (address instanceof ipaddr.IPv4) {
    return network instanceof ipaddr.IPv4 && address.match(network, prefixLength);
  }
  return network instanceof ipaddr.IPv6 && address.match(network, prefixLength);
}
