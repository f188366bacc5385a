import { AllowedNetworks } from '../../../platform/http/outgoing/allowed-networks.ts';
import { parseAddress } from '../../../platform/http/outgoing/public-address.ts';

/** Parameters of requests, which people copy along with the address of a server. */
const REQUEST_PARAMETERS = new Set(
  (
    'service request version wmtver acceptversions sections updatesequence layers layer styles style srs crs bbox width height format ' +
    'transparent bgcolor exceptions time elevation query_layers info_format feature_count x y i j tilematrixset tilematrix tilerow tilecol'
  ).split(' '),
);

/** Returns the address of a server, without the parameters of a request to it. */
export function serverUrl(url: URL): URL {
  const bare = new URL(url);
  bare.hash = '';
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '' && !REQUEST_PARAMETERS.has(nameOf(parameter)));
  bare.search = kept.join('&');
  return bare;
}

/** Returns the address of a request: that of a server with parameters, which take the place of those of the same names. */
export function requestUrl(server: URL, parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(server);
  const names = new Set(Object.keys(parameters).map((name) => name.toLowerCase()));
  const kept = server.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '' && !names.has(nameOf(parameter)));
  const added = Object.entries(parameters).map(([name, value]) => `${name}=${encodeValue(value)}`);
  url.search = [...kept, ...added].join('&');
  return url;
}

/**
 * Returns the address that a server names for its requests. A server behind a proxy often names one by which only itself
 * is reached: then it is the address by which it was asked.
 *
 * @param named may be relative, and may have `{placeholders}`.
 * @param asked where the description came from. Its user is that of other addresses of the same host as well.
 */
export function namedUrl(named: string, asked: URL): URL {
  const url = URL.parse(named.trim(), asked.href);
  if (!url || !/^https?:$/.test(url.protocol)) return new URL(asked);
  if (url.hostname === asked.hostname) {
    url.protocol = asked.protocol;
    url.port = asked.port;
    setUser(url, asked);
  } else if (isInternal(url.hostname) && !isInternal(asked.hostname)) {
    url.protocol = asked.protocol;
    url.host = asked.host;
    // Assigning a host without a port keeps the port.
    url.port = asked.port;
    setUser(url, asked);
  }
  return url;
}

function setUser(url: URL, { username, password }: URL): void {
  if (url.username !== '' || url.password !== '') return;
  url.username = username;
  url.password = password;
}

/** Whether a host is known inside a network alone. */
function isInternal(hostname: string): boolean {
  if (parseAddress(hostname)) return !AllowedNetworks.PUBLIC.allowsAddress(hostname);
  return !hostname.includes('.') || /\.(local|localhost|localdomain|internal|lan|intranet)$/.test(hostname);
}

function nameOf(parameter: string): string {
  const [name = ''] = parameter.split('=');
  return name.toLowerCase();
}

/** Commas, colons and slashes may be in a query, and old servers want them so. */
function encodeValue(value: string): string {
  return encodeURIComponent(value).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%2F/g, '/');
}
