import ipaddr from 'ipaddr.js';

/** IPv6 addresses that are routed on the internet (RFC 4291, section 2.4, and the IANA's registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** The prefix by which a NAT64 gateway reaches IPv4 (RFC 6052); the last 32 bits are the IPv4 address. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Contains an IPv4 address in a way that is no longer in use, and is not routed (RFC 4291, section 2.5.5.1). */
const IPV4_COMPATIBLE = /^\[?::\d+\.\d+\.\d+\.\d+\]?$/;

/** Looks public, but is the host of a virtual machine at Azure, with its metadata and its credentials. */
const AZURE_HOST = '168.63.129.16';

/**
 * Returns whether an address is one of the public internet. Loopback, private, link-local, shared, multicast and
 * reserved addresses are not, nor are the metadata services of clouds. An IPv6 address that contains an IPv4 address
 * (IPv4-mapped, NAT64) is judged as that one; those of other tunnels (6to4, Teredo, IPv4-compatible) are not public.
 *
 * @param address a valid IPv4 or IPv6 address; anything else is not public.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed === undefined || IPV4_COMPATIBLE.test(address)) return false;
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && parsed.toString() !== AZURE_HOST;
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === 'unicast';
}

/**
 * Reads an address, with or without the brackets that it has in a URL. An IPv6 address that contains an IPv4 address
 * gives that one. Returns `undefined` if the text is no address.
 */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  if (!ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.IPv6.parse(bare);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(NAT64)) return new ipaddr.IPv4(address.toByteArray().slice(-4));
  return address;
}
