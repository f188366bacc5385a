import ipaddr from 'ipaddr.js';

/**
 * Returns what requests of one client are counted by: an IPv4 address, or the first half of an IPv6 address, as one
 * machine has the whole second half to itself.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) return `${parsed.parts.slice(0, 4).join(':')}/64`;
  return parsed.toString();
}
