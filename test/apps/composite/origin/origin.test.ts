import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { fetchOrigin, OriginError } from '../../../../src/apps/composite/origin/origin.ts';
import { maskUrl } from '../../../../src/apps/composite/origin/origin-error.ts';
import { OriginHttpRules } from '../../../../src/apps/composite/origin-http-rules.ts';
import type { CompositeSettings } from '../../../../src/apps/composite/settings.ts';
import { AllowedNetworks } from '../../../../src/platform/http/outgoing/allowed-networks.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { ObjectStorage } from '../../../../src/platform/storage/object-storage.ts';

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000), Buffer.from('\n%%EOF\n')]);
const SETTINGS: CompositeSettings['origin'] = {
  chunkSizeBytes: 8192,
  timeoutSeconds: 30,
  maximumSizeBytes: 0,
  allowedNetworks: AllowedNetworks.parse('loopback'),
  bucketNames: [],
  httpRules: OriginHttpRules.NONE,
  downloadTimeoutSeconds: 0,
};

const objectStorage = new ObjectStorage(
  { name: 'unused', requestsAtOnce: 1, variables: { name: 'BUCKET_NAME', requestsAtOnce: 'UPLOADS' } },
  'http://127.0.0.1:9',
);

let directory: string;
let path: string;
const servers: LocalServer[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'origin-test-'));
  path = join(directory, 'source.pdf');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(path, { force: true });
});

afterAll(async () => {
  objectStorage.close();
  await rm(directory, { recursive: true });
});

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = await listenLocally(listener);
  servers.push(server);
  return server.url;
}

function fetchIt(origin: string, settings: Partial<CompositeSettings['origin']> = {}, signal?: AbortSignal) {
  return fetchOrigin(origin, path, {
    customer: 5,
    settings: { ...SETTINGS, ...settings },
    network: OutgoingNetwork.PLAIN,
    objectStorage,
    signal: signal ?? new AbortController().signal,
    logger: pino({ level: 'silent' }),
  });
}

async function failure(origin: string, settings?: Partial<CompositeSettings['origin']>): Promise<string> {
  const error: unknown = await fetchIt(origin, settings).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OriginError);
  return error instanceof Error ? error.message : '';
}

/** Sends the PDF's bytes from some byte on, and cuts the connection after `cutAfterBytes` of them. */
function sendPart(response: ServerResponse, startByte: number, cutAfterBytes: number): void {
  response.write(PDF.subarray(startByte, startByte + cutAfterBytes), () => response.destroy());
}

function startByteOf(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function expectWholePdf() {
  expect(sha256(await readFile(path))).toBe(sha256(PDF));
}

describe('an origin on the web', () => {
  it('is written to the file, byte by byte', async () => {
    const url = await serve((_request, response) => response.end(PDF));
    expect(await fetchIt(`${url}/a.pdf`)).toBe(PDF.length);
    await expectWholePdf();
  });

  it('is decoded where the server compresses it nevertheless', async () => {
    const { gzipSync } = await import('node:zlib');
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(PDF)),
    );
    await fetchIt(url);
    await expectWholePdf();
  });

  it('may be a few bytes into its body, as the PDF specification allows', async () => {
    const shifted = Buffer.concat([Buffer.alloc(1_000, ' '), PDF]);
    const url = await serve((_request, response) => {
      response.write(shifted.subarray(0, 500));
      setImmediate(() => response.end(shifted.subarray(500)));
    });
    expect(await fetchIt(url)).toBe(shifted.length);
  });

  it.each([2_000, 500_000])('may be further into it: %d bytes', async (bytes) => {
    const shifted = Buffer.concat([Buffer.alloc(bytes, '\n'), PDF]);
    const url = await serve((_request, response) => {
      response.write(shifted.subarray(0, bytes + 2));
      setImmediate(() => response.end(shifted.subarray(bytes + 2)));
    });
    expect(await fetchIt(url)).toBe(shifted.length);
  });

  it('that sends anything else is given up after a mebibyte', async () => {
    const url = await serve((_request, response) => {
      response.write(Buffer.alloc(1024 * 1024, 'x'));
    });
    expect(await failure(url)).toContain('no %PDF- in its first 1048576 bytes');
  });

  it('is followed over redirects, relative ones too', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/here') response.writeHead(302, { location: '../there' }).end();
      else if (request.url === '/there') response.writeHead(308, { location: `${url}/pdf` }).end();
      else response.end(PDF);
    });
    await fetchIt(`${url}/here`);
    await expectWholePdf();
  });

  it('is asked with the user and password of its URL, which no other server is shown', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(PDF);
    });
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const location = request.url === '/a' ? `${url}/b` : `${other}/c`;
      response.writeHead(301, { location }).end();
    });
    await fetchIt(`${url.replace('://', '://me:p%40ss@')}/a`);
    const expected = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(seen).toEqual([expected, expected, undefined]);
  });

  it.each([
    [404, 'Not Found'],
    [500, 'Internal Server Error'],
    [403, 'Forbidden'],
  ])('that answers %d says so, and the URL', async (status, text) => {
    const url = await serve((_request, response) => response.writeHead(status).end('no'));
    expect(await failure(`${url}/a.pdf`)).toBe(`The origin answered ${status} ${text} for ${url}/a.pdf`);
  });

  it('that redirects in a loop is given up', async () => {
    const url = await serve((request, response) =>
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end(),
    );
    expect(await failure(`${url}/a`)).toBe(`The origin ${url}/a redirects in a loop: ${url}/a comes again`);
  });

  it('that redirects for ever is given up', async () => {
    const url = await serve((request, response) =>
      response.writeHead(302, { location: `${request.url}x` }).end(),
    );
    expect(await failure(`${url}/a`)).toContain('redirects more than 20 times');
  });

  it.each(['file:///etc/passwd', 's3://bucket/key', 'ftp://host/a.pdf', 'data:application/pdf,x'])(
    'that redirects to %s is not followed',
    async (location) => {
      const url = await serve((_request, response) => response.writeHead(302, { location }).end());
      expect(await failure(url)).toContain('only http: and https: are followed');
    },
  );

  it('whose host does not exist names the host', async () => {
    expect(await failure('http://no-such-host.invalid/a.pdf')).toBe(
      'The origin http://no-such-host.invalid/a.pdf cannot be fetched: there is no host named no-such-host.invalid',
    );
  });

  it('that refuses the connection names host and port', async () => {
    const url = await serve(() => undefined);
    await Promise.all(servers.splice(0).map((server) => server.close()));
    expect(await failure(`${url}/a.pdf`)).toBe(
      `The origin ${url}/a.pdf cannot be fetched: ${new URL(url).host} refuses connections`,
    );
  });

  it('that redirects to a host that cannot be reached names that one', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://no-such-host.invalid/a.pdf' }).end(),
    );
    expect(await failure(url)).toBe(
      'The origin http://no-such-host.invalid/a.pdf cannot be fetched: there is no host named no-such-host.invalid',
    );
  });

  it('that sends an HTML page says that it is no PDF', async () => {
    const page = `<!doctype html><title>Sign in</title>${'x'.repeat(5_000)}`;
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page),
    );
    expect(await failure(url)).toContain('sent text/html, not a PDF');
  });

  it('that sends a short HTML page as a PDF says what it is', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/pdf' }).end('\n<html>Sign in</html>'),
    );
    expect(await failure(url)).toContain('sent an HTML page (as application/pdf), not a PDF');
  });

  it.each([200, 204])('with an empty body (%d) is refused', async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    expect(await failure(url)).toContain('sent an empty body');
  });

  it('that is silent is given up', async () => {
    const url = await serve(() => undefined);
    expect(await failure(url, { timeoutSeconds: 1 })).toBe(
      `The origin ${url}/ cannot be fetched: ${new URL(url).host} was silent for 1 seconds (ORIGIN_TIMEOUT)`,
    );
  });

  it('that takes longer than allowed in all is given up, although it is never silent', async () => {
    const url = await serve((_request, response) => {
      response.write(PDF.subarray(0, 1_000));
      const trickle = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(trickle));
    });
    expect(await failure(url, { downloadTimeoutSeconds: 1 })).toMatch(
      /^The origin \S+ sent 1\d{3} bytes in the 1 seconds that ORIGIN_DOWNLOAD_TIMEOUT allows for all of it$/,
    );
  });

  it('that is cut short again and again is given up after that time too', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': PDF.length });
      response.write(PDF.subarray(0, 1_000), () => response.destroy());
    });
    expect(await failure(url, { downloadTimeoutSeconds: 1 })).toContain('ORIGIN_DOWNLOAD_TIMEOUT');
  });

  it('that is larger than allowed is refused by its length', async () => {
    const url = await serve((_request, response) => response.end(PDF));
    expect(await failure(url, { maximumSizeBytes: 100_000 })).toContain(
      'is larger than the 100000 bytes that ORIGIN_MAX_SIZE allows',
    );
  });

  it('that is larger than allowed is refused where it does not say its length', async () => {
    const url = await serve((_request, response) => {
      response.write(PDF);
      response.end(PDF);
    });
    expect(await failure(url, { maximumSizeBytes: PDF.length })).toContain('ORIGIN_MAX_SIZE');
  });

  it('stops when the task has to stop', async () => {
    const controller = new AbortController();
    const url = await serve((_request, response) => {
      response.write(PDF.subarray(0, 1_000), () => controller.abort(new Error('out of time')));
    });
    await expect(fetchIt(url, {}, controller.signal)).rejects.toThrow('out of time');
  });

  it('does not fit on a full disk, and the error is the file system’s', async () => {
    await symlink('/dev/full', path);
    const url = await serve((_request, response) => response.end(PDF));
    await expect(fetchIt(url)).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('an origin that is cut short', () => {
  it('goes on where it stopped, as often as it takes', async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      const startByte = startByteOf(request);
      response.writeHead(startByte > 0 ? 206 : 200, {
        etag: '"one"',
        'content-length': PDF.length - startByte,
        ...(startByte > 0 ? { 'content-range': `bytes ${startByte}-${PDF.length - 1}/${PDF.length}` } : {}),
      });
      if (ranges.length < 4) sendPart(response, startByte, 90_001);
      else response.end(PDF.subarray(startByte));
    });
    expect(await fetchIt(url)).toBe(PDF.length);
    await expectWholePdf();
    const starts = ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? 'bytes=0-')?.[1]));
    expect(starts).toHaveLength(4);
    expect(starts).toEqual([...new Set(starts)].sort((one, other) => one - other));
  });

  it('is fetched again from its start where the server knows no ranges', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(200, { etag: '"one"', 'content-length': PDF.length });
      if (requests === 1) sendPart(response, 0, 200_000);
      else response.end(PDF);
    });
    await fetchIt(url);
    await expectWholePdf();
  });

  it('is fetched again from its start, without a range, where nothing tells its versions apart', async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      response.writeHead(200, { etag: 'W/"weak"', 'content-length': PDF.length });
      if (ranges.length === 1) sendPart(response, 0, 200_000);
      else response.end(PDF);
    });
    await fetchIt(url);
    await expectWholePdf();
    expect(ranges).toEqual([undefined, undefined]);
  });

  it('is still looked at from its start where it was cut before it showed what it is', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(200, { etag: '"one"', 'content-length': 4_000 });
      if (requests === 1) response.write('<p>', () => response.destroy());
      else response.end('<p>'.padEnd(4_000));
    });
    expect(await failure(url)).toContain('not a PDF');
    expect(requests).toBe(2);
  });

  it('is refused where it stays so, with how far it came', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(200, { 'content-length': PDF.length });
      sendPart(response, 0, 100_000);
    });
    expect(await failure(url)).toMatch(/was cut short after \d+ of 300016 bytes: /);
    expect(requests).toBe(5);
  });

  it('is refused in chunked encoding too, which tells no length', async () => {
    const url = await serve((_request, response) => sendPart(response, 0, 100_000));
    expect(await failure(url)).toMatch(/was cut short after \d+ bytes: /);
  });
});

describe('an origin that is not on the web', () => {
  it.each(['file:///etc/passwd', 'ftp://host/a.pdf', 'data:application/pdf,%PDF-', 'FILE:/etc/passwd'])(
    '%s is refused',
    async (origin) => {
      expect(await failure(origin)).toMatch(/cannot be fetched: \w+: is not allowed/);
    },
  );

  it('that is no URL is refused', async () => {
    expect(await failure('//user:secret@host/a.pdf')).toBe('The origin //***@host/a.pdf is not a URL');
  });

  it('s3: without a key is refused', async () => {
    expect(await failure('s3://bucket')).toContain('is not of the form s3://bucket/key');
  });
});

describe('credentials of an origin', () => {
  it('do not appear in errors', async () => {
    const url = await serve((_request, response) => response.writeHead(403).end());
    const message = await failure(`${url.replace('://', '://user:secret@')}/a.pdf?X-Sig=secret&key=secret#x`);
    expect(message).toBe(`The origin answered 403 Forbidden for ${url}/a.pdf?X-Sig=***&key=***`);
  });

  it('do not appear in errors of S3 either', async () => {
    const message = await failure('s3://user:secret@pages/a.pdf');
    expect(message).toContain('s3://***@pages/a.pdf');
    expect(message).not.toContain('secret');
  });

  it('do not appear where the URL shows that there are some', () => {
    expect(maskUrl('https://user:secret@host/a')).toBe('https://***@host/a');
  });

  it('do not appear where the URL cannot be parsed', () => {
    expect(maskUrl('http://user:secret@ho st/a?b=secret')).toBe('http://***@ho st/a?***');
  });
});
