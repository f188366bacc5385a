import {
  Agent,
  type buildConnector,
  type Dispatcher,
  fetch,
  Pool,
  ProxyAgent,
  type RequestInit,
  type Response,
} from 'undici';
import { checkHost, guardConnections } from './address-guard.ts';
import type { AllowedNetworks } from './allowed-networks.ts';
import type { OutgoingNetwork } from './outgoing-network.ts';

/** How long another host may take; 0 for no limit. */
export interface OutgoingTimeouts {
  readonly connectMilliseconds: number;
  /** Until the response starts. */
  readonly headersMilliseconds: number;
  /** Between two parts of the body. */
  readonly bodyMilliseconds: number;
}

/** How a client treats the hosts that it asks. */
export interface OutgoingCourtesy {
  /** Connections to one host and port at a time; requests wait for one. Default: no limit. */
  readonly connectionsOfHost?: number | undefined;
}

/** The part of `fetch`'s options that a client leaves to its user. */
export type OutgoingRequest = Pick<RequestInit, 'method' | 'headers' | 'body' | 'signal'>;

/** Sends requests by `http:` and `https:`, directly or through the proxies, and keeps connections for the next ones. */
export class OutgoingClient {
  readonly #network: OutgoingNetwork;
  readonly #allowed: AllowedNetworks | undefined;
  readonly #timeouts: OutgoingTimeouts;
  readonly #poolOptions: Pool.Options;
  readonly #direct: Agent;
  readonly #byProxy = new Map<string, Dispatcher>();

  private constructor(
    network: OutgoingNetwork,
    timeouts: OutgoingTimeouts,
    allowed: AllowedNetworks | undefined,
    { connectionsOfHost }: OutgoingCourtesy = {},
  ) {
    this.#network = network;
    this.#allowed = allowed;
    this.#timeouts = timeouts;
    this.#poolOptions = {
      headersTimeout: timeouts.headersMilliseconds,
      bodyTimeout: timeouts.bodyMilliseconds,
      ...(connectionsOfHost === undefined ? {} : { connections: connectionsOfHost }),
    };
    const connect = { ...this.#connectOptions(), lookup: network.lookup };
    this.#direct = new Agent({
      ...this.#poolOptions,
      connect: allowed ? guardConnections(allowed, connect) : connect,
    });
  }

  /** Opens a client for requests on somebody's behalf: it reaches the public internet, and what is listed beside it. */
  static guarded(
    network: OutgoingNetwork,
    timeouts: OutgoingTimeouts,
    allowed: AllowedNetworks,
    courtesy: OutgoingCourtesy = {},
  ): OutgoingClient {
    return new OutgoingClient(network, timeouts, allowed, courtesy);
  }

  /** Opens a client for URLs that an operator has set, which may lead anywhere. */
  static trusted(network: OutgoingNetwork, timeouts: OutgoingTimeouts): OutgoingClient {
    return new OutgoingClient(network, timeouts, undefined);
  }

  /**
   * Sends one request. A redirect is returned, and not followed: where it leads is a request of its own.
   *
   * @throws {AddressRefusedError} if the host may not be connected to: as it is, or as the cause of `fetch`'s error.
   * @throws whatever `fetch` throws.
   */
  async fetch(url: URL, request: OutgoingRequest): Promise<Response> {
    const { proxies, lookup } = this.#network;
    const proxy = proxies.proxyFor(url);
    if (proxy !== undefined && this.#allowed) await checkHost(url.hostname, this.#allowed, lookup);
    const dispatcher = proxy === undefined ? this.#direct : this.#through(proxy);
    return fetch(url, { ...request, redirect: 'manual', dispatcher });
  }

  /** Closes the connections; requests in flight end first. */
  async close(): Promise<void> {
    await Promise.all(this.#dispatchers().map((dispatcher) => dispatcher.close()));
  }

  /** Closes the connections; requests in flight fail. */
  async destroy(): Promise<void> {
    await Promise.all(this.#dispatchers().map((dispatcher) => dispatcher.destroy()));
  }

  #dispatchers(): readonly Dispatcher[] {
    return [this.#direct, ...this.#byProxy.values()];
  }

  #through(proxy: string): Dispatcher {
    const known = this.#byProxy.get(proxy);
    if (known) return known;
    const connectOptions = this.#connectOptions();
    const made = new ProxyAgent({
      ...this.#poolOptions,
      uri: proxy,
      // Many proxies open tunnels to port 443 alone.
      proxyTunnel: false,
      proxyTls: connectOptions,
      requestTls: connectOptions,
      clientFactory: (origin, options) => new Pool(origin, { ...options, ...this.#poolOptions }),
      factory: (origin, options) => new Pool(origin, { ...options, ...this.#poolOptions }),
    });
    this.#byProxy.set(proxy, made);
    return made;
  }

  #connectOptions(): buildConnector.BuildOptions {
    const { secureContext } = this.#network;
    return { timeout: this.#timeouts.connectMilliseconds, ...(secureContext ? { secureContext } : {}) };
  }
}
