import { types } from 'node:util';
import { errorMessage } from '../../../platform/error-message.ts';
import { AddressRefusedError } from '../../../platform/http/outgoing/address-guard.ts';
import { RedirectError, type RedirectFault } from '../../../platform/http/outgoing/redirects.ts';
import { OutsideRequestError } from './outside-client.ts';

/** Codes of Node and OpenSSL for certificates that are not trusted. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

/** What `fetch` says of ports that it never connects to, such as that of mail. */
const FORBIDDEN_PORT = 'bad port';

/**
 * Returns what went wrong with a request, as an error with a sentence for people.
 *
 * @param url that was asked when it failed, after redirects.
 */
export function describeRequestError(
  error: unknown,
  url: URL,
  allowedPorts: readonly string[],
): OutsideRequestError {
  if (error instanceof OutsideRequestError) return error;
  const { host, hostname } = url;
  if (error instanceof RedirectError) {
    return new OutsideRequestError(`${host} ${describeRedirect(error.fault)}.`, {
      fault: 'redirects',
      cause: error,
    });
  }
  const cause = innermost(error);
  if (cause instanceof AddressRefusedError) {
    return new OutsideRequestError(refusal(url, allowedPorts), { fault: 'refused-address', cause: error });
  }
  if (types.isNativeError(cause) && cause.message === FORBIDDEN_PORT) {
    return new OutsideRequestError(`Port ${url.port} of ${hostname} is not one for HTTP.`, {
      fault: 'refused-address',
      cause: error,
    });
  }
  const code = types.isNativeError(cause) && 'code' in cause ? String(cause.code) : '';
  const unreachable = (message: string) =>
    new OutsideRequestError(message, { fault: 'unreachable', cause: error });
  if (/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/.test(code)) return unreachable(`There is no host named ${hostname}.`);
  if (code === 'ECONNREFUSED') return unreachable(`${host} refuses connections.`);
  if (/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test(code)) {
    return unreachable(`${host} cannot be reached (${code}).`);
  }
  if (/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/.test(code)) {
    return new OutsideRequestError(`${host} does not accept connections in time.`, {
      fault: 'timeout',
      cause: error,
    });
  }
  if (CERTIFICATE_CODE.test(code)) {
    return unreachable(`The certificate of ${host} is not trusted (${code}).`);
  }
  return new OutsideRequestError(
    `The reply of ${host} broke off or is not HTTP (${code || errorMessage(cause)}).`,
    {
      fault: 'broken-reply',
      cause: error,
    },
  );
}

function refusal({ host, hostname, port }: URL, allowedPorts: readonly string[]): string {
  return port === '' || allowedPorts.includes(port)
    ? `Requests may not go to ${host}: it is in a network that REGISTRY_ALLOWED_NETWORKS does not list.`
    : `Requests may not go to port ${port} of ${hostname}: REGISTRY_ALLOWED_PORTS does not list it.`;
}

function describeRedirect(fault: RedirectFault): string {
  switch (fault.kind) {
    case 'loop':
      return 'redirects in a loop';
    case 'scheme':
      return 'redirects to something other than http: and https:';
    case 'too many':
      return 'redirects too many times';
  }
}

function innermost(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < 10 && types.isNativeError(inner) && inner.cause !== undefined; depth += 1) {
    inner = inner.cause;
  }
  return inner;
}
