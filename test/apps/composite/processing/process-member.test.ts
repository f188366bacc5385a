import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { sealOrigin } from '../../../../src/apps/composite/origin/sealed-origin.ts';
import { openPageBucket } from '../../../../src/apps/composite/pages/page-bucket.ts';
import { SANDBOX_AUTHORIZATION } from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { takeAdvisoryLock } from '../../../../src/platform/database/advisory-lock.ts';
import type { TaskContext } from '../../../../src/queue/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { makePdf } from '../../../support/pdf.ts';
import { writeRawPdf } from '../rasterizers/raw-pdf.ts';
import { unembeddedByNumber } from '../rasterizers/unembedded-text.ts';
import { CUSTOMER, shareProcessingSite } from './processing-site.ts';

const LETTER_PAGE = { entries: '/MediaBox [0 0 612 792]' };

const site = shareProcessingSite();

describe('a member', () => {
  it('is fetched by the whole URL of a sealed origin, which no error shows', async () => {
    const asked: (string | undefined)[] = [];
    site.answerOrigin = (request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    };
    const memberId = await site.submit();
    const { shown, sealed } = sealOrigin(
      `${site.origin.url}/a.pdf?signature=f00baa`,
      memberId,
      site.platform.secretBox,
    );
    await site.testDatabase.database.raw(
      "UPDATE composite.members SET composite = jsonb_set(composite, '{origin}', to_jsonb(?::text)), sealed_origin = ? WHERE id = ?",
      [shown, sealed, memberId],
    );
    await expect(site.run(memberId)).rejects.toThrow('answered 404');
    expect(asked).toEqual(['/a.pdf?signature=f00baa']);
    expect(JSON.stringify(await site.memberOf(memberId))).not.toContain('f00baa');
    const other = await site.submit();
    await site.testDatabase
      .database('composite.members')
      .where({ id: other })
      .update({ sealed_origin: sealed });
    await expect(site.run(other)).rejects.toThrow('A sealed value cannot be opened');
  });

  it('hands numbers on with all of their digits', async () => {
    await site.serveOrigin(1);
    const posted: string[] = [];
    const plainDlcs = await listenLocally(async (request, response) => {
      posted.push(await text(request));
      response.writeHead(201).end('{"@id": "https://dlcs.example/batches/1", "size": 12345678901234567890}');
    });
    try {
      await site.withEnvironment({ DLCS_API_ROOT: plainDlcs.url });
      const memberId = await site.submit();
      await site.testDatabase.database.raw(
        'UPDATE composite.members SET composite = composite || ?::jsonb WHERE id = ?',
        ['{"serial": 12345678901234567890, "deep": {"n": [9007199254740993]}}', memberId],
      );
      await site.run(memberId);
      expect(posted.join()).toMatch(/"serial":12345678901234567890\b/);
      expect(posted.join()).toMatch(/"deep":\{"n":\[9007199254740993\]\}/);
      const { rows } = await site.testDatabase.database.raw(
        "SELECT response ->> 'size' AS size FROM composite.batches WHERE member_id = ?",
        [memberId],
      );
      expect(rows).toEqual([{ size: '12345678901234567890' }]);
    } finally {
      await plainDlcs.close();
    }
  });

  it('goes from its PDF to S3 and to the DLCS', async () => {
    await site.serveOrigin(7);
    const memberId = await site.submit();
    const result = await site.run(memberId);

    const taken = site.dlcs.takenBatches(CUSTOMER);
    expect(taken.map(({ images }) => images.length)).toEqual([3, 3, 1]);
    expect(taken.flatMap(({ images }) => images)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((pageNumber) => ({
        id: `my-pdf-00${pageNumber - 1}`,
        space: 3,
        string1: `Page ${pageNumber - 1}`,
        family: 'I',
        mediaType: 'image/jpeg',
        origin: `${site.s3.url}/pages/composites/5/3/${memberId}/page-0000${pageNumber}.jpg`,
      })),
    );
    expect(result).toEqual(taken.map(({ uri }) => expect.objectContaining({ '@id': uri })));
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'COMPLETED',
      error: null,
      image_count: 7,
      pages_done: 7,
      pages_total: 7,
      task_id: '11111111-2222-4333-8444-555555555555',
    });
    expect(await site.batchesOf(memberId)).toMatchObject(
      taken.map(({ uri }, position) => ({ position, uri, state: 'accepted', response: { '@id': uri } })),
    );
    expect(await site.scratchFolders()).toEqual([]);
  });

  it('tells the queue of every page that is in S3, and is stored with what is final', async () => {
    await site.serveOrigin(4);
    const memberId = await site.submit();
    const told: Parameters<TaskContext['progress']>[] = [];
    const stored: number[] = [];
    const onQuery = ({ sql }: { sql: string }) => {
      if (/update .*members.*pages_done/i.test(sql)) stored.push(told.length);
    };
    site.platform.database.on('query', onQuery);
    await site.run(memberId, { progress: (...each) => told.push(each) });
    site.platform.database.off('query', onQuery);
    expect(told).toEqual([
      [0, undefined, 'fetching the PDF'],
      ...[0, 1, 2, 3, 4].map((done) => [done, 4, 'storing pages']),
      [4, 4, 'handing over to the DLCS'],
    ]);
    // At the start, and when all pages are there.
    expect(stored).toEqual([0, 6]);
  });

  it('has pages in S3 that are images of the right type', async () => {
    await site.withEnvironment({ PDF_RASTERIZER_FORMAT: 'png' });
    await site.serveOrigin(1);
    const memberId = await site.submit();
    await site.run(memberId);
    const [image] = site.dlcs.takenBatches(CUSTOMER).flatMap(({ images }) => images);
    expect(image).toMatchObject({ mediaType: 'image/png' });
    const response = await fetch(String(image?.['origin']));
    expect(response.headers.get('content-type')).toBe('image/png');
    const metadata = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: 72, height: 72 });
  });

  it('says in each line of the log which it is, and nowhere what the caller’s credentials are', async () => {
    await site.serveOrigin(1);
    const memberId = await site.submit();
    await site.run(memberId);
    expect(site.log.events().length).toBeGreaterThan(1);
    expect(site.log.events()).toEqual(site.log.events().map(() => expect.objectContaining({ memberId })));
    expect(site.log.lines.join()).not.toContain(SANDBOX_AUTHORIZATION.slice('Basic '.length));
  });

  it('passes its statuses in order', async () => {
    await site.serveOrigin(2);
    const memberId = await site.submit();
    await site.testDatabase.database.raw(`
      CREATE TABLE seen (number bigserial, status text, last_updated timestamptz);
      CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO seen (status, last_updated) VALUES (NEW.status, NEW.last_updated); RETURN NEW; END $$;
      CREATE TRIGGER see AFTER UPDATE ON composite.members FOR EACH ROW
        WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION see();
    `);
    try {
      await site.run(memberId);
      const seen = await site.testDatabase.database('seen').orderBy('number');
      expect(seen.map(({ status }) => status)).toEqual([
        'FETCHING_ORIGIN',
        'RASTERIZING',
        'PUSHING_TO_DLCS',
        'BUILDING_DLCS_REQUEST',
        'COMPLETED',
      ]);
      const times = seen.map(({ last_updated: lastUpdated }) => lastUpdated);
      expect(times).toEqual([...new Set(times)].sort());
    } finally {
      await site.testDatabase.database.raw(
        'DROP TRIGGER see ON composite.members; DROP FUNCTION see; DROP TABLE seen;',
      );
    }
  });

  it('keeps what is missing on its pages, and the log has it', async () => {
    site.answerOrigin = (_request, response) =>
      response.end(unembeddedByNumber({ font: 'Phagspa', text: 'ꡀA' }));
    const memberId = await site.submit();
    await site.run(memberId);
    const warning = expect.stringMatching(/^Page 1: no font has “ꡀ” \(U\+A840\) of the font Phagspa/);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', warnings: [warning] });
    expect(site.log.events()).toContainEqual(expect.objectContaining({ msg: warning, pageNumber: 1 }));
  });

  it('is completed with a blank page where one cannot be drawn and that is allowed, with a warning', async () => {
    await site.withEnvironment({ PDF_RASTERIZER_BROKEN_PAGES: 'blank' });
    site.answerOrigin = (_request, response) =>
      response.end(writeRawPdf({ pages: [LETTER_PAGE, 'null', LETTER_PAGE] }));
    const memberId = await site.submit();
    await site.run(memberId);
    const warning = expect.stringMatching(/^Page 2 cannot be rasterized: .* It is stored as a blank page\.$/);
    expect(await site.memberOf(memberId)).toMatchObject({
      status: 'COMPLETED',
      image_count: 3,
      warnings: [warning],
    });
    expect(site.log.events()).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        pageNumber: 2,
        msg: warning,
      }),
    );
  });

  it('may come from S3', async () => {
    await openPageBucket(site.platform).put('in/my file?.pdf', await makePdf(2), 'application/pdf');
    const memberId = await site.submit({ origin: 's3://pages/in/my file?.pdf' });
    await site.run(memberId);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED', image_count: 2 });
  });

  it('that was deleted ends its task without an error', async () => {
    expect(await site.run(randomUUID())).toEqual([]);
    expect(site.log.lines.join()).toContain('does not exist any more');
  });

  it('that is deleted meanwhile is given up without an error', async () => {
    const memberId = await site.submit();
    const pdf = await makePdf(1);
    site.answerOrigin = (_request, response) => {
      site.testDatabase
        .database('composite.members')
        .where({ id: memberId })
        .delete()
        .then(() => response.end(pdf));
    };
    expect(await site.run(memberId)).toEqual([]);
    expect(site.dlcs.takenBatches(CUSTOMER)).toEqual([]);
    expect(await site.scratchFolders()).toEqual([]);
  });

  it('that is completed is not processed again', async () => {
    await site.serveOrigin(1);
    const memberId = await site.submit();
    const result = await site.run(memberId);
    const before = await site.memberOf(memberId);
    expect(await site.run(memberId)).toEqual(result);
    expect(await site.memberOf(memberId)).toEqual(before);
    expect(site.originRequests).toBe(1);
  });

  it('is processed by one worker at a time', async () => {
    await site.serveOrigin(4);
    const memberId = await site.submit();
    const other = site.openPlatform();
    try {
      const results = await Promise.all([site.run(memberId), site.run(memberId, { platform: other })]);
      expect(results[0]).toEqual(results[1]);
      expect(site.originRequests).toBe(1);
      expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(2);
    } finally {
      await other.close();
    }
  });

  it('is free again once the worker that held it is gone', async () => {
    const memberId = await site.submit();
    await site.serveOrigin(1);
    await takeAdvisoryLock(site.testDatabase.url, `${CUSTOMER}/3/${memberId}`, new AbortController().signal);
    const running = site.run(memberId);
    await site.testDatabase.database.raw(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE datname = current_database() AND locktype = 'advisory' AND granted AND pid <> pg_backend_pid()`,
    );
    await running;
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a composite that is submitted again', () => {
  it('overwrites its pages, and leaves none of a longer version behind', async () => {
    const compositeId = 'atlas/1';
    await site.serveOrigin(5);
    await site.run(await site.submit({ compositeId }));
    await openPageBucket(site.platform).put(
      'composites/5/3/atlas/1/cover.txt',
      Buffer.from('x'),
      'text/plain',
    );
    await openPageBucket(site.platform).put(
      'composites/5/3/atlas/1/2/page-00009.jpg',
      Buffer.from('x'),
      'image/jpeg',
    );
    await site.serveOrigin(2);
    await site.run(await site.submit({ compositeId }));
    expect(await site.keysBelow('atlas/1')).toEqual([
      'composites/5/3/atlas/1/cover.txt',
      'composites/5/3/atlas/1/page-00001.jpg',
      'composites/5/3/atlas/1/page-00002.jpg',
    ]);
    expect(await site.keysBelow('atlas/1/2')).toHaveLength(1);
  });

  it('keeps the pages of a version that was submitted later, when an earlier one is done at last', async () => {
    const compositeId = 'overtaken';
    await site.serveOrigin(5);
    const earlier = await site.submit({ compositeId });
    await site.failAtSecondBatch(earlier);
    await site.serveOrigin(7);
    await site.run(await site.submit({ compositeId }));
    await site.run(earlier);
    expect(await site.memberOf(earlier)).toMatchObject({ status: 'COMPLETED' });
    expect(await site.keysBelow(compositeId)).toHaveLength(7);
  });

  it('keeps the pages of a version that the DLCS has a part of', async () => {
    const compositeId = 'half handed over';
    await site.serveOrigin(5);
    const longer = await site.submit({ compositeId });
    await site.failAtSecondBatch(longer);
    await site.serveOrigin(1);
    await site.run(await site.submit({ compositeId }));
    expect(await site.keysBelow(compositeId)).toHaveLength(5);
    await site.run(longer);
    const images = site.dlcs.takenBatches(CUSTOMER).flatMap((batch) => batch.images);
    const responses = await Promise.all(images.map(({ origin: url }) => fetch(String(url))));
    expect(responses.map(({ status }) => status)).toEqual(images.map(() => 200));
  });

  it('keeps its pages where the format was changed between two attempts', async () => {
    await site.serveOrigin(5);
    const memberId = await site.submit();
    await site.failAtSecondBatch(memberId);
    await site.withEnvironment({ PDF_RASTERIZER_FORMAT: 'png' });
    await site.run(memberId);
    expect(await site.memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
    expect(await site.keysBelow(memberId)).toHaveLength(5);
  });

  it('waits until another version of it is done', async () => {
    const compositeId = 'at the same time';
    const [long, short] = [await makePdf(4), await makePdf(1)];
    const longId = await site.submit({ compositeId, origin: `${site.origin.url}/long.pdf`, string1: 'long' });
    const shortId = await site.submit({
      compositeId,
      origin: `${site.origin.url}/short.pdf`,
      string1: 'short',
    });
    const other = site.openPlatform();
    try {
      let waiting: Promise<unknown> = Promise.resolve();
      let longStatus: unknown;
      site.answerOrigin = async (request, response) => {
        if (request.url === '/long.pdf') {
          waiting = site.run(shortId, { platform: other });
          await eventually(async () => (await site.locksAsked()) === 2);
        } else {
          longStatus = (await site.memberOf(longId)).status;
        }
        response.end(request.url === '/long.pdf' ? long : short);
      };
      await site.run(longId);
      await waiting;
      expect(longStatus).toBe('COMPLETED');
      const taken = site.dlcs.takenBatches(CUSTOMER).flatMap(({ images }) => images);
      expect(taken.map(({ string1 }) => string1)).toEqual(['long', 'long', 'long', 'long', 'short']);
      expect(await site.keysBelow(compositeId)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('keeps its old pages where the DLCS does not take the new ones', async () => {
    const compositeId = 'kept';
    await site.serveOrigin(3);
    await site.run(await site.submit({ compositeId }));
    await site.serveOrigin(1);
    site.dlcs.fail({ route: 'queue', status: 400 });
    await expect(site.run(await site.submit({ compositeId }))).rejects.toThrow('The DLCS answered 400');
    expect(await site.keysBelow('kept')).toHaveLength(3);
  });
});

describe('a member that goes first', () => {
  it('is handed to the priority queue of the DLCS', async () => {
    await site.serveOrigin(4);
    const memberId = await site.submit();
    await site.testDatabase.database('composite.collections').update({ priority: true });
    site.dlcs.fail({ route: 'queue', status: 400 });
    await expect(site.run(memberId)).rejects.toThrow(`/customers/${CUSTOMER}/queue/priority`);
    await site.run(memberId);
    expect(site.dlcs.takenBatches(CUSTOMER)).toHaveLength(2);
  });
});
