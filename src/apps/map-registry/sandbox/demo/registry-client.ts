import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';

/** Characters of a reply that an error repeats. */
const SHOWN_CHARACTERS = 500;

/** An endpoint, as the API describes it. */
export interface Endpoint {
  readonly id: number;
  readonly url: string;
  readonly processed: boolean;
  readonly imported: boolean;
  readonly message: string | null;
}

/** Options of a request. */
interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: { readonly content: string; readonly type: string };
  readonly accept?: string;
}

/** The registry over HTTP, as an operator calls it. */
export class RegistryClient {
  readonly #apiUrl: string;
  readonly #authorization: string;
  readonly #signal: AbortSignal;

  constructor(
    apiUrl: string,
    { username, password }: { readonly username: string; readonly password: string },
    signal: AbortSignal,
  ) {
    this.#apiUrl = apiUrl;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#signal = signal;
  }

  /** Adds a list of endpoints. */
  async addEndpoints(urls: readonly string[]): Promise<void> {
    await this.#request('/registry/api/endpoint-lists?name=Demo&is_greedy=true', {
      method: 'POST',
      body: { content: urls.join('\n'), type: 'text/plain' },
    });
  }

  /** Returns the endpoints with these URLs. */
  async endpoints(urls: readonly string[]): Promise<readonly Endpoint[]> {
    const { endpoints }: { readonly endpoints: readonly Endpoint[] } = JSON.parse(
      await this.#text('/registry/api/endpoints'),
    );
    return endpoints.filter(({ url }) => urls.includes(url));
  }

  /** Starts a task of the whole registry. */
  async runTask(task: 'index_cached'): Promise<void> {
    await this.#request('/registry/tasks_runner', {
      method: 'POST',
      body: { content: JSON.stringify({ task }), type: 'application/json' },
    });
  }

  /** Has a service harvested, and it and its layers checked. */
  async checkService(serviceId: string): Promise<void> {
    await this.#request(`/registry/hypermap/service/${serviceId}/`, {
      method: 'POST',
      body: { content: 'check=1', type: 'application/x-www-form-urlencoded' },
    });
  }

  /** Searches layers. @param parameters as `q.text` and `d.docs.limit`. */
  async search(parameters: Readonly<Record<string, string>>): Promise<SearchReply> {
    return JSON.parse(await this.#text(`/registry/hypermap/api/?${new URLSearchParams(parameters)}`));
  }

  /** Sends a request by key-value pairs to the catalogue, and returns its XML. */
  async csw(parameters: Readonly<Record<string, string>>): Promise<string> {
    const response = await this.#request(`/registry/hypermap/csw?${new URLSearchParams(parameters)}`, {
      accept: 'application/xml',
    });
    return response.text();
  }

  /** Returns a map of a layer, drawn by the registry from what the layer's server has. */
  async map(layerId: string, parameters: Readonly<Record<string, string>>): Promise<Uint8Array> {
    const path = `/registry/hypermap/layer/${layerId}/map/service?${new URLSearchParams(parameters)}`;
    const response = await this.#request(path, { accept: 'image/png' });
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('image/')) return response.bytes();
    throw new DemoError(`${path} returned no picture: ${(await response.text()).slice(0, SHOWN_CHARACTERS)}`);
  }

  async #text(path: string): Promise<string> {
    const response = await this.#request(path, {});
    return response.text();
  }

  async #request(
    path: string,
    { method = 'GET', body, accept = 'application/json' }: RequestOptions,
  ): Promise<Response> {
    const response = await fetch(`${this.#apiUrl}${path}`, {
      method,
      headers: {
        Authorization: this.#authorization,
        Accept: accept,
        ...(body ? { 'Content-Type': body.type } : {}),
      },
      ...(body ? { body: body.content } : {}),
      signal: this.#signal,
    });
    if (response.ok) return response;
    throw new DemoError(
      `${path} returned status ${response.status}: ${(await response.text()).slice(0, SHOWN_CHARACTERS)}`,
    );
  }
}

/** What a search finds. */
export interface SearchReply {
  readonly 'a.matchDocs': number;
  readonly 'd.docs': readonly { readonly title: string; readonly layer_originator: string }[];
}
