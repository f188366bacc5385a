import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AllowedNetworks } from './allowed-networks.ts';
import { parseAddress } from './public-address.ts';

/** Names of this machine (RFC 6761, section 6.3). */
const LOCALHOST = /^(.+\.)?localhost\.?$/i;

/**
 * A host may not be connected to. The message names the host as the URL has it, and none of its addresses: the URL may
 * be a stranger's, who is not to learn what there is in the network.
 */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';

  constructor(host: string) {
    super(`${host} is in a network that requests may not go to`);
  }
}

/**
 * Makes a connector that connects to allowed addresses alone. A name is looked up once for each connection, and the
 * connection goes to an address of that very response, so that a name which changes its address (DNS rebinding) gains
 * nothing.
 *
 * @param options of the connections; its `lookup` is what names are looked up with.
 */
export function guardConnections(
  networks: AllowedNetworks,
  options: buildConnector.BuildOptions & { readonly lookup: LookupFunction },
): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: guardLookup(networks, options.lookup) });
  return (target, callback) => {
    // A socket does not look up what is an address already.
    if (isRefusedAddress(target.hostname, networks)) {
      callback(new AddressRefusedError(target.hostname), null);
    } else {
      connect(target, callback);
    }
  };
}

/**
 * Checks a host that something else connects to, such as a proxy. What it will find under a name cannot be known; a
 * name that cannot be looked up here passes, unless the internet is not allowed at all.
 *
 * @throws {AddressRefusedError} if the host is, or has here, an address that is not allowed.
 */
export async function checkHost(
  hostname: string,
  networks: AllowedNetworks,
  lookup: LookupFunction,
): Promise<void> {
  if (networks.allowsHost(hostname)) return;
  if (isRefusedAddress(hostname, networks)) throw new AddressRefusedError(hostname);
  if (parseAddress(hostname)) return;
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  lookup(hostname, { all: true }, (error, found) => resolve(error ? [] : addressesOf(found)));
  const addresses = await promise;
  const isAllowed =
    addresses.length === 0
      ? networks.hasInternet
      : addresses.every((address) => networks.allowsAddress(address));
  if (!isAllowed) throw new AddressRefusedError(hostname);
}

/** Whether a host is an address that is not allowed, or a name of this machine, which no lookup has to give. */
function isRefusedAddress(hostname: string, networks: AllowedNetworks): boolean {
  if (LOCALHOST.test(hostname)) return !networks.allowsHost(hostname) && !networks.allowsAddress('127.0.0.1');
  return parseAddress(hostname) !== undefined && !networks.allowsAddress(hostname);
}

/** Looks up a name, and leaves out the addresses that are not allowed. */
function guardLookup(networks: AllowedNetworks, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    if (networks.allowsHost(hostname)) {
      lookup(hostname, options, callback);
      return;
    }
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '');
        return;
      }
      const allowed = asAddresses(found).filter(({ address }) => networks.allowsAddress(address));
      const [first] = allowed;
      if (!first) callback(new AddressRefusedError(hostname), '');
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function asAddresses(found: string | LookupAddress[]): LookupAddress[] {
  if (typeof found !== 'string') return found;
  return [{ address: found, family: found.includes(':') ? 6 : 4 }];
}

function addressesOf(found: string | LookupAddress[]): readonly string[] {
  return asAddresses(found).map(({ address }) => address);
}
