import type { Response } from 'undici';
import type { AllowedNetworks } from '../../../platform/http/outgoing/allowed-networks.ts';
import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import { followRedirects, isHttp } from '../../../platform/http/outgoing/redirects.ts';
import { describeRequestError } from './describe-request-error.ts';
import {
  type OutsideClient,
  type OutsideReply,
  type OutsideRequest,
  OutsideRequestError,
} from './outside-client.ts';
import { readBody } from './read-body.ts';
import { isSuccess, statusError } from './status-error.ts';
import { untilAborted } from './until-aborted.ts';

const MAXIMUM_REDIRECTS = 5;

/** Statuses after which a POST goes on as a GET (RFC 9110, section 15.4). */
const TURN_INTO_GET = [301, 302, 303];

/** What a {@link GuardedOutsideClient} allows. */
export interface OutsideLimits {
  readonly network: OutgoingNetwork;
  /** What requests may go to besides the public internet. */
  readonly allowedNetworks: AllowedNetworks;
  /** Ports of the public internet; networks that are listed may have any. */
  readonly allowedPorts: readonly string[];
  readonly maximumBytes: number;
  readonly timeoutSeconds: number;
  readonly userAgent: string;
  /** Connections to one host and port at a time; requests wait for one. Default: no limit. */
  readonly connectionsOfHost?: number | undefined;
}

/** Sends requests to public addresses, and to what the settings list. */
export class GuardedOutsideClient implements OutsideClient {
  readonly #limits: OutsideLimits;
  readonly #client: OutgoingClient;
  /** For ports that the public internet may not be asked at. */
  readonly #listedClient: OutgoingClient;

  constructor(limits: OutsideLimits) {
    this.#limits = limits;
    const milliseconds = limits.timeoutSeconds * 1_000;
    // A request has a deadline for all of it; these end connections that it has left behind.
    const timeouts = {
      connectMilliseconds: milliseconds,
      headersMilliseconds: 0,
      bodyMilliseconds: 0,
    };
    const { network, allowedNetworks, connectionsOfHost } = limits;
    const courtesy = { connectionsOfHost };
    this.#client = OutgoingClient.guarded(network, timeouts, allowedNetworks, courtesy);
    this.#listedClient = OutgoingClient.guarded(
      network,
      timeouts,
      allowedNetworks.withoutInternet(),
      courtesy,
    );
  }

  async get(url: URL, request: OutsideRequest): Promise<OutsideReply> {
    const reply = await this.request(url, request);
    if (!isSuccess(reply)) throw statusError(reply);
    return reply;
  }

  async request(url: URL, request: OutsideRequest): Promise<OutsideReply> {
    const timeoutSeconds = request.timeoutSeconds ?? this.#limits.timeoutSeconds;
    const maximumBytes = request.maximumBytes ?? this.#limits.maximumBytes;
    request.signal.throwIfAborted();
    const ended = new AbortController();
    const abort = () => ended.abort(request.signal.reason);
    request.signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(() => ended.abort(timeoutError(url, timeoutSeconds)), timeoutSeconds * 1_000);
    const hop = { url };
    try {
      return await untilAborted(ended.signal, this.#send(url, request, maximumBytes, ended.signal, hop));
    } catch (error) {
      ended.signal.throwIfAborted();
      throw describeRequestError(error, hop.url, this.#limits.allowedPorts);
    } finally {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', abort);
      // What is not needed any more: the rest of a body that was too large.
      ended.abort();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.destroy(), this.#listedClient.destroy()]);
  }

  /** @param hop is set to the URL that is asked. */
  async #send(
    first: URL,
    request: OutsideRequest,
    maximumBytes: number,
    signal: AbortSignal,
    hop: { url: URL },
  ): Promise<OutsideReply> {
    if (!isHttp(first)) {
      throw new OutsideRequestError(`Only http: and https: can be requested, and not ${first.protocol}`, {
        fault: 'refused-address',
      });
    }
    let isFirst = true;
    let body = request.body;
    const response = await followRedirects(
      first,
      async (url) => {
        hop.url = url;
        const reply = await this.#clientFor(url).fetch(withoutUser(url), {
          method: body ? 'POST' : 'GET',
          body: body?.content ?? null,
          headers: {
            ...request.headers,
            'user-agent': this.#limits.userAgent,
            ...(body ? { 'content-type': body.type } : {}),
            ...authorization(url, isFirst ? request.basicAuth : undefined),
          },
          signal,
        });
        isFirst = false;
        if (TURN_INTO_GET.includes(reply.status)) body = undefined;
        return reply;
      },
      MAXIMUM_REDIRECTS,
    );
    return {
      status: response.status,
      url: withoutUser(hop.url),
      headers: headersOf(response),
      body: await readBody(response, hop.url, maximumBytes),
    };
  }

  #clientFor(url: URL): OutgoingClient {
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    return this.#limits.allowedPorts.includes(port) ? this.#client : this.#listedClient;
  }
}

function headersOf(response: Response): ReadonlyMap<string, string> {
  return new Map(response.headers.entries());
}

function timeoutError({ host }: URL, seconds: number): OutsideRequestError {
  return new OutsideRequestError(
    `${host} did not send a whole reply within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    {
      fault: 'timeout',
    },
  );
}

/** `fetch` takes no URL with a user in it. */
function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  return bare;
}

function authorization(url: URL, basicAuth: OutsideRequest['basicAuth']): Record<string, string> {
  const user = basicAuth ?? userOf(url);
  if (!user) return {};
  return { authorization: `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}` };
}

function userOf({ username, password }: URL): OutsideRequest['basicAuth'] {
  if (username === '' && password === '') return undefined;
  return { username: decoded(username), password: decoded(password) };
}

/** A user is stored in a URL as it was written, also where its percent signs are no escapes. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
