import type { OutsideClient, OutsideReply, OutsideRequest } from '../fetching/outside-client.ts';

/** Takes the time of the requests of another client. */
export class TimedClient implements OutsideClient {
  readonly #client: OutsideClient;
  #requestCount = 0;
  #seconds = 0;

  constructor(client: OutsideClient) {
    this.#client = client;
  }

  /** The seconds of a request, redirects and body included: the mean of all so far; 0 where there was none. */
  get meanSeconds(): number {
    return this.#requestCount === 0 ? 0 : this.#seconds / this.#requestCount;
  }

  request(url: URL, request: OutsideRequest): Promise<OutsideReply> {
    return this.#time(() => this.#client.request(url, request));
  }

  get(url: URL, request: OutsideRequest): Promise<OutsideReply> {
    return this.#time(() => this.#client.get(url, request));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #time(send: () => Promise<OutsideReply>): Promise<OutsideReply> {
    const begun = performance.now();
    try {
      return await send();
    } finally {
      this.#requestCount += 1;
      this.#seconds += (performance.now() - begun) / 1_000;
    }
  }
}
