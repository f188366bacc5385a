import type { CollectionBody } from '../../../../src/apps/composite/api/collections.ts';
import { type ApiServer, CUSTOMER, collectionOf } from '../../../support/api-server.ts';

/** Makes the requests of a caller that the DLCS lets in. @param server is called when a request is made. */
export function callsTo(server: () => ApiServer) {
  /** Posts a body to the queue of the customer. */
  function post(
    body: object | string | Buffer<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${server().url}/customers/${CUSTOMER}/queue`, {
      method: 'POST',
      headers: { ...server().headers, ...headers },
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  }

  /** Gets what a URI that the API gave out names. */
  function get(uri: string): Promise<Response> {
    const { headers, locate } = server();
    return fetch(locate(uri), { headers: { authorization: headers['authorization'] ?? '' } });
  }

  /** Posts a collection of members; returns it. */
  async function submit(...members: object[]): Promise<CollectionBody> {
    return (await (await post(collectionOf(...members))).json()) as CollectionBody;
  }

  return { post, get, submit };
}
