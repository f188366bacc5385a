import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { PermanentTaskError } from '../../../../src/queue/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { makePdf, writePdf } from '../../../support/pdf.ts';
import { endlessPdf } from '../rasterizers/endless-pdf.ts';
import { writeRawPdf } from '../rasterizers/raw-pdf.ts';
import { shareProcessingSite } from './processing-site.ts';

const LETTER_PAGE = { entries: '/MediaBox [0 0 612 792]' };

const site = shareProcessingSite();

describe('a failure', () => {
  it('is stored with the member, and cleared by the next attempt', async () => {
    const memberId = await site.submit();
    site.answerOrigin = (_request, response) => response.writeHead(404).end();
    await expect(site.run(memberId)).rejects.toThrow('The origin answered 404 Not Found');
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: `The origin answered 404 Not Found for ${site.origin.url}/a.pdf`,
    });
    expect(await site.scratchFolders()).toEqual([]);

    await site.serveOrigin(1);
    await site.run(memberId);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null });
  });

  it('of a PDF that is none says so', async () => {
    const memberId = await site.submit();
    site.answerOrigin = (_request, response) => response.end(`%PDF-1.7\n${'x'.repeat(10_000)}`);
    await expect(site.run(memberId)).rejects.toThrow();
    const { status, error } = await site.memberOf(memberId);
    expect({ status, error }).toEqual({ status: 'ERROR', error: expect.stringMatching(/PDF/) });
    expect(await site.scratchFolders()).toEqual([]);
  });

  it('of the bucket names the bucket, and what to do', async () => {
    await site.withEnvironment({ AWS_ENDPOINT_URL_S3: site.s3.url, DLCS_S3_BUCKET_NAME: 'no-such-bucket' });
    await site.serveOrigin(3);
    const memberId = await site.submit();
    await expect(site.run(memberId)).rejects.toThrow(/no-such-bucket could not store .*NoSuchBucket/);
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: expect.stringContaining('DLCS_S3_BUCKET_NAME'),
    });
    expect(await site.scratchFolders()).toEqual([]);
  });

  it('of the scratch directory says what to do', async () => {
    await site.withEnvironment({ SCRATCH_DIRECTORY: '/dev/null/scratch' });
    const memberId = await site.submit();
    await expect(site.run(memberId)).rejects.toThrow(
      'The scratch directory /dev/null/scratch is not a directory: change SCRATCH_DIRECTORY (ENOTDIR)',
    );
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });

  it('of a page leaves no unused pages in S3', async () => {
    const goodPages = Array.from({ length: 29 }, () => ({}));
    const pdf = writeRawPdf({ inherited: '/MediaBox [0 0 72 72]', pages: [...goodPages, 'null'] });
    site.answerOrigin = (_request, response) => response.end(pdf);
    const memberId = await site.submit();
    await expect(site.run(memberId)).rejects.toThrow(/^Page 30 /);
    expect(await site.keysBelow(memberId)).toEqual([]);
    const { pages_done: pagesDone } = await site.memberOf(memberId);
    expect(pagesDone).toBeGreaterThan(0);
  });

  it('of a format that a later number does not fit comes before the pages are drawn', async () => {
    await site.serveOrigin(3);
    const memberId = await site.submit({ id: '{:c}', incrementSeed: 0xd7fe });
    await expect(site.run(memberId)).rejects.toThrow('the type "c" has no character for 55296');
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR', pages_done: 0, image_count: 3 });
  });

  it('at the DLCS shows what the DLCS said, and the batch may be posted again', async () => {
    await site.serveOrigin(4);
    const memberId = await site.submit();
    site.dlcs.fail({ route: 'queue', status: 400, body: { description: 'the space 3 does not exist' } });
    await expect(site.run(memberId)).rejects.toThrow('the space 3 does not exist');
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR', pages_done: 4 });
    expect(await site.batchesOf(memberId)).toMatchObject([{ state: 'pending' }, { state: 'pending' }]);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['that nothing is there', (response) => response.writeHead(404).end()],
    ['that it is gone', (response) => response.writeHead(410).end()],
    ['that it may not be shown', (response) => response.writeHead(451).end()],
    ['a login page', (response) => response.end('<!doctype html><h1>Sign in</h1>')],
    ['nothing', (response) => response.end()],
    ['a damaged PDF', (response) => response.end(`%PDF-1.7\n${'x'.repeat(10_000)}`)],
    ['another protocol', (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()],
    ['too much', (response) => response.writeHead(200, { 'content-length': 1e12 }).write('%PDF-1.7\n')],
  ])('of an origin that answers %s is permanent', async (_, answer) => {
    await site.withEnvironment({ ORIGIN_MAX_SIZE: '50000' });
    site.answerOrigin = (_request, response) => answer(response);
    expect(await site.failureOf(await site.submit())).toBeInstanceOf(PermanentTaskError);
  });

  it('of a file that no one can open is permanent', async () => {
    const secret = await writePdf({ userPassword: 'secret', ownerPassword: 'other' });
    const broken = writeRawPdf({ inherited: '/MediaBox [0 0 72 72]', pages: [{}, 'null'] });
    for (const pdf of [secret, broken]) {
      site.answerOrigin = (_request, response) => response.end(pdf);
      expect(await site.failureOf(await site.submit())).toBeInstanceOf(PermanentTaskError);
    }
  });

  it.each([
    ['PDF_RASTERIZER_MAX_PAGES', '2', () => makePdf(3)],
    ['PDF_RASTERIZER_PAGE_TIMEOUT', '1', async () => endlessPdf(LETTER_PAGE)],
  ])('of a PDF that takes more than %s allows is permanent, and names it', async (name, value, makeIt) => {
    await site.withEnvironment({ [name]: value });
    const pdf = await makeIt();
    site.answerOrigin = (_request, response) => response.end(pdf);
    const failure = await site.failureOf(await site.submit());
    expect(failure).toBeInstanceOf(PermanentTaskError);
    expect(failure.message).toContain(name);
  });

  it('of a download that takes more than ORIGIN_DOWNLOAD_TIMEOUT allows may be temporary', async () => {
    await site.withEnvironment({ ORIGIN_DOWNLOAD_TIMEOUT: '1' });
    site.answerOrigin = (_request, response) => response.write('%PDF-1.7');
    const failure = await site.failureOf(await site.submit());
    expect(failure).not.toBeInstanceOf(PermanentTaskError);
    expect(failure.message).toContain('ORIGIN_DOWNLOAD_TIMEOUT');
  });

  it('of what was submitted is permanent', async () => {
    await site.serveOrigin(3);
    const faults = [
      { origin: 'file:///etc/passwd' },
      { origin: 's3://pages/no-such.pdf' },
      { id: '{:c}', incrementSeed: 0xd7fe },
    ];
    for (const fault of faults) {
      const failure = await site.failureOf(await site.submit(fault));
      expect(failure).toBeInstanceOf(PermanentTaskError);
      expect(failure.cause).toMatchObject({ message: failure.message });
    }
  });

  it.each([400, 401, 403, 413, 422])('of a DLCS that answers %i to a batch is permanent', async (status) => {
    await site.serveOrigin(1);
    site.dlcs.fail({ route: 'queue', status });
    expect(await site.failureOf(await site.submit())).toBeInstanceOf(PermanentTaskError);
  });

  it.each([404, 408, 409, 429, 500, 503])('of a DLCS that answers %i may be temporary', async (status) => {
    await site.serveOrigin(1);
    site.dlcs.fail({ route: 'queue', status });
    expect(await site.failureOf(await site.submit())).not.toBeInstanceOf(PermanentTaskError);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['401', (response) => response.writeHead(401).end()],
    ['403', (response) => response.writeHead(403).end()],
    ['408', (response) => response.writeHead(408).end()],
    ['429', (response) => response.writeHead(429).end()],
    ['500', (response) => response.writeHead(500).end()],
    ['503', (response) => response.writeHead(503).end()],
    ['no more', (response) => response.destroy()],
    [
      'half of it',
      (response) =>
        response.writeHead(200, { 'content-length': 9_999 }).write('%PDF', () => response.destroy()),
    ],
    ['nothing for too long', () => undefined],
  ])('of an origin that answers %s may be temporary', async (_, answer) => {
    await site.withEnvironment({ ORIGIN_TIMEOUT: '1' });
    site.answerOrigin = (_request, response) => answer(response);
    expect(await site.failureOf(await site.submit())).not.toBeInstanceOf(PermanentTaskError);
  });

  it('of a host that refuses connections, a bucket or a disk may be temporary', async () => {
    const refused = await listenLocally(() => undefined);
    await refused.close();
    expect(await site.failureOf(await site.submit({ origin: `${refused.url}/a.pdf` }))).not.toBeInstanceOf(
      PermanentTaskError,
    );
    await site.serveOrigin(1);
    for (const environment of [
      { AWS_ENDPOINT_URL_S3: site.s3.url, DLCS_S3_BUCKET_NAME: 'no-such-bucket' },
      { SCRATCH_DIRECTORY: '/dev/null/scratch' },
    ]) {
      await site.withEnvironment(environment);
      expect(await site.failureOf(await site.submit())).not.toBeInstanceOf(PermanentTaskError);
    }
  });

  it('that cannot be stored at once is stored as soon as it can be', async () => {
    const memberId = await site.submit();
    site.answerOrigin = async (_request, response) => {
      await site.testDatabase.database.raw('ALTER TABLE composite.members RENAME TO members_away');
      response.writeHead(404).end();
    };
    const failed = expect(site.run(memberId)).rejects.toThrow('The origin answered 404');
    await eventually(() => site.log.lines.some((line) => line.includes('could not be stored')));
    await site.testDatabase.database.raw('ALTER TABLE composite.members_away RENAME TO members');
    await failed;
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });

  it('of a worker that was killed is stored by the queue', async () => {
    const memberId = await site.submit();
    await site.loseWorker(memberId);
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: 'its worker was killed',
      pages_done: 2,
    });
  });

  it('is not shown where the next attempt follows at once', async () => {
    const memberId = await site.submit();
    await site.loseWorker(memberId, 0);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'PENDING', error: null });
    await site.loseWorker(memberId, 4_500);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });

  it('that comes late does not undo a completed member', async () => {
    await site.serveOrigin(1);
    const memberId = await site.submit();
    await site.run(memberId);
    await site.loseWorker(memberId);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null });
  });
});
