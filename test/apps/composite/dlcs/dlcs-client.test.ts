import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { DlcsClient, DlcsError } from '../../../../src/apps/composite/dlcs/dlcs-client.ts';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  startSandboxDlcs,
} from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { Proxies } from '../../../../src/platform/http/outgoing/proxies.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';

const AUTHORIZATION = 'Basic c2VjcmV0OnNlY3JldA==';
const COLLECTION = {
  '@context': 'http://www.w3.org/ns/hydra/context.jsonld',
  '@type': 'Collection',
  member: [{ id: 'a-1', space: 3, origin: 'https://s3/a-1.jpg', family: 'I', mediaType: 'image/jpeg' }],
};

const servers: LocalServer[] = [];
const clients: DlcsClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function clientOf(apiRoot: string, timeoutSeconds = 30, network = OutgoingNetwork.PLAIN): DlcsClient {
  const client = new DlcsClient({ apiRoot, timeoutSeconds, batchSize: 100 }, network);
  clients.push(client);
  return client;
}

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = await listenLocally(listener);
  servers.push(server);
  return server.url;
}

/** Posts to a DLCS that answers so, and gives the error back. */
async function refusal(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  timeoutSeconds?: number,
): Promise<DlcsError> {
  const client = clientOf(await serve(listener), timeoutSeconds);
  const error: unknown = await client
    .postBatch(5, AUTHORIZATION, COLLECTION)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof DlcsError)) throw new Error(`Not a DlcsError: ${error}`);
  expect(error.message).not.toContain('c2VjcmV0OnNlY3JldA');
  return error;
}

describe('a DLCS', () => {
  let dlcs: SandboxDlcs;

  beforeEach(async () => {
    dlcs = await startSandboxDlcs({
      credentials: [{ authorization: SANDBOX_AUTHORIZATION, customer: 5 }],
    });
    servers.push({ ...dlcs });
  });

  it('lets a customer in, and no other', async () => {
    const client = clientOf(dlcs.url);
    expect(await client.isAuthorized(5, SANDBOX_AUTHORIZATION)).toBe(true);
    expect(await client.isAuthorized(5, 'Basic wrong')).toBe(false);
    expect(await client.isAuthorized(6, SANDBOX_AUTHORIZATION)).toBe(false);
  });

  it('is reached through the proxy, with an authority of the settings', async () => {
    const certificates = await makeCertificates('dlcs.test');
    const secure = createTlsServer(certificates, (request, response) =>
      response.writeHead(request.headers.authorization === SANDBOX_AUTHORIZATION ? 200 : 401).end(),
    );
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const proxy = await startHttpProxy({ 'dlcs.test:443': (secure.address() as AddressInfo).port });
    const network = new OutgoingNetwork({
      proxies: new Proxies({ http: undefined, https: proxy.url, except: [] }),
      certificates: [certificates.authority],
    });
    try {
      const client = clientOf('https://dlcs.test', 30, network);
      expect(await client.isAuthorized(5, SANDBOX_AUTHORIZATION)).toBe(true);
      expect(await client.isAuthorized(5, 'Basic wrong')).toBe(false);
      expect(new Set(proxy.requests)).toEqual(new Set(['CONNECT dlcs.test:443']));
    } finally {
      secure.closeAllConnections();
      secure.close();
      await proxy.close();
    }
  });

  it('takes a batch, and answers what it is', async () => {
    const answer = await clientOf(dlcs.url).postBatch(5, SANDBOX_AUTHORIZATION, COLLECTION);
    expect(answer.uri).toBe(`${dlcs.url}/customers/5/queue/batches/1`);
    expect(answer.body).toMatchObject({ '@id': answer.uri, count: 1 });
    expect(dlcs.takenBatches(5)).toEqual([{ uri: answer.uri, images: COLLECTION.member }]);
  });

  it('is read page by page', async () => {
    const client = clientOf(dlcs.url);
    await client.postBatch(5, SANDBOX_AUTHORIZATION, COLLECTION);
    await client.postBatch(5, SANDBOX_AUTHORIZATION, COLLECTION);
    const page = await client.readPage('/customers/5/queue/batches', 2, 1, SANDBOX_AUTHORIZATION);
    expect(page).toMatchObject({ totalItems: 2, members: [{ count: 1 }] });
    expect(await client.readPage('/customers/5/nothing', 1, 10, SANDBOX_AUTHORIZATION)).toBeUndefined();
  });

  it('that cannot say whether a caller may come in is an error', async () => {
    dlcs.fail({ route: 'customer', status: 500, body: 'broken' });
    await expect(clientOf(dlcs.url).isAuthorized(5, SANDBOX_AUTHORIZATION)).rejects.toThrow(
      `The DLCS answered 500 to GET ${dlcs.url}/customers/5: broken`,
    );
  });

  it('that closes a kept connection is asked again, where asking does no harm', async () => {
    dlcs.fail({ route: 'customer', drop: true });
    expect(await clientOf(dlcs.url).isAuthorized(5, SANDBOX_AUTHORIZATION)).toBe(true);
  });
});

describe('a batch is surely not taken', () => {
  it('where the DLCS answers 400, and its body is shown', async () => {
    const error = await refusal((_request, response) =>
      response.writeHead(400).end('{"description": "space 3 does not exist"}'),
    );
    expect(error).toMatchObject({ failure: 'refused', status: 400 });
    expect(error.message).toMatch(
      /^The DLCS answered 400 to POST http:\S+\/customers\/5\/queue: \{"description": "space 3 does not exist"\}$/,
    );
  });

  it('where the DLCS answers 401, even if it repeats the credentials', async () => {
    const error = await refusal((request, response) =>
      response.writeHead(401).end(`no: ${request.headers.authorization}`),
    );
    expect(error).toMatchObject({ failure: 'refused', status: 401 });
    expect(error.message).toContain('no: [secret]');
  });

  it('where the DLCS redirects', async () => {
    const error = await refusal((_request, response) => response.writeHead(302, { location: '/' }).end());
    expect(error).toMatchObject({ failure: 'refused', status: 302 });
  });

  it('where there is no DLCS', async () => {
    const client = clientOf('http://no-such-host.invalid');
    await expect(client.postBatch(5, AUTHORIZATION, COLLECTION)).rejects.toMatchObject({
      failure: 'refused',
      message: expect.stringContaining('no-such-host.invalid'),
    });
  });

  it('where the credentials are no header', async () => {
    const client = clientOf(await serve((_request, response) => response.end()));
    await expect(client.postBatch(5, 'Basic a\nb', COLLECTION)).rejects.toMatchObject({ failure: 'refused' });
  });
});

describe('a batch may be taken nevertheless', () => {
  it('where the DLCS answers 500', async () => {
    const error = await refusal((_request, response) => response.writeHead(500).end());
    expect(error).toMatchObject({ failure: 'unknown', status: 500 });
    expect(error.message).toContain('(an empty body)');
  });

  it('where the DLCS answers 200', async () => {
    const error = await refusal((_request, response) => response.end('{"@id": "x"}'));
    expect(error).toMatchObject({ failure: 'unknown', status: 200 });
  });

  it('where the DLCS is silent', async () => {
    const error = await refusal(() => undefined, 1);
    expect(error).toMatchObject({ failure: 'unknown' });
    expect(error.message).toContain('within 1 seconds (DLCS_TIMEOUT)');
  });

  it('where the DLCS falls silent within its answer', async () => {
    const error = await refusal((_request, response) => {
      response.writeHead(201).write('{');
    }, 1);
    expect(error.message).toContain('within 1 seconds (DLCS_TIMEOUT)');
  });

  it('where the connection is lost', async () => {
    const error = await refusal((request) => request.socket.destroy());
    expect(error).toMatchObject({ failure: 'unknown', status: undefined });
  });

  it('where the answer is no JSON', async () => {
    const error = await refusal((_request, response) => response.writeHead(201).end('<html>Created</html>'));
    expect(error).toMatchObject({ failure: 'unknown', status: 201 });
    expect(error.message).toContain('but the answer is no JSON object: <html>Created</html>');
  });

  it.each(['{}', '{"@id": ""}', '{"@id": 5}'])('where the answer has no @id: %s', async (body) => {
    const error = await refusal((_request, response) => response.writeHead(201).end(body));
    expect(error).toMatchObject({ failure: 'unknown', status: 201 });
    expect(error.message).toContain('but the answer has no @id');
  });

  it('where the task is stopped before the answer, which is thrown as it is', async () => {
    const stop = new AbortController();
    const client = clientOf(await serve(() => stop.abort(new RangeError('out of time'))));
    await expect(client.postBatch(5, AUTHORIZATION, COLLECTION, { signal: stop.signal })).rejects.toThrow(
      'out of time',
    );
  });
});

describe('a long answer', () => {
  it('is shown in part', async () => {
    const error = await refusal((_request, response) => response.writeHead(400).end('x'.repeat(100_000)));
    expect(error.message.length).toBeLessThan(2_200);
    expect(error.message).toMatch(/x…$/);
  });

  it('is not read without end', async () => {
    const error = await refusal((_request, response) => {
      response.writeHead(201);
      const chunk = Buffer.alloc(1_000_000, ' ');
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    });
    expect(error.message).toContain('the answer is longer than');
  });
});
