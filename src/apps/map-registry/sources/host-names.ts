/** Returns whether the host of a URL is in a list; hosts of the list may have a port. */
export function isOnHost({ host, hostname }: URL, hosts: readonly string[]): boolean {
  return hosts.some((one) => [host, hostname].includes(one.toLowerCase()));
}
