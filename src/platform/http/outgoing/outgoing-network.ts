import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { trustAlso } from './certificate-authorities.ts';
import { Proxies } from './proxies.ts';

/** Options of {@link OutgoingNetwork}. */
export interface OutgoingNetworkOptions {
  /** Default: none. */
  readonly proxies?: Proxies;
  /** Authorities that are trusted beside those of Node, in PEM. */
  readonly certificates?: readonly string[] | undefined;
  /** What names are looked up with. Default: the system. */
  readonly lookup?: LookupFunction;
}

/** How requests to other hosts leave this process: by which proxies, and which certificate authorities they trust. */
export class OutgoingNetwork {
  /** No proxies, and the authorities that Node trusts. */
  static readonly PLAIN = new OutgoingNetwork();

  readonly proxies: Proxies;
  readonly lookup: LookupFunction;
  readonly #trust: {
    readonly certificates: readonly string[] | undefined;
    context?: SecureContext | undefined;
  };

  constructor({ proxies = Proxies.NONE, certificates, lookup = systemLookup }: OutgoingNetworkOptions = {}) {
    this.proxies = proxies;
    this.lookup = lookup;
    this.#trust = { certificates };
  }

  /** What TLS connections trust; `undefined` for what Node trusts. It is made once, as reading certificates takes a while. */
  get secureContext(): SecureContext | undefined {
    this.#trust.context ??= trustAlso(this.#trust.certificates);
    return this.#trust.context;
  }
}
