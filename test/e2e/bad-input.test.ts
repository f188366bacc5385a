import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { type LocalServer, listenLocally } from '../../src/app-kit/sandbox/local-server.ts';
import { ObjectStorage } from '../../src/platform/storage/object-storage.ts';
import { writeRawPdf } from '../apps/composite/rasterizers/raw-pdf.ts';
import { eventually } from '../support/eventually.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { makeColouredPdf, makePdf, writePdf } from '../support/pdf.ts';
import { type MemberAnswer, ServiceUnderTest } from './service.ts';

jest.setTimeout(240_000);

const CUSTOMER = 7;
const SPACE = 4;
const BUCKET = 'dlcs-composite-images';

/** What answers in the place of S3; `undefined` lets the request through. */
type S3Answer = (request: IncomingMessage, response: ServerResponse) => void;

// One engine with one worker for all of it: what a bad input breaks, the next task meets.
let service: ServiceUnderTest;
let engine: NodeProcess;
let directory: string;
let origin: LocalServer;
let s3: LocalServer;
let answerS3: S3Answer | undefined;
/** What the origin answers, by path. */
const origins = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bad-input-test-'));
  origin = await listenLocally((request, response) => {
    const answer = origins.get(request.url ?? '');
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  s3 = await listenLocally((request, response) => {
    if (answerS3) answerS3(request, response);
    else passOn(request, response);
  });
  service = await ServiceUnderTest.start({
    PDF_RASTERIZER_DPI: '72',
    PDF_RASTERIZER_FALLBACK_DPI: '72',
    DLCS_TIMEOUT: '5',
    ORIGIN_ALLOWED_NETWORKS: 'loopback',
    ORIGIN_S3_BUCKETS: `${BUCKET},no-such-bucket`,
    ORIGIN_TIMEOUT: '5',
    ORIGIN_MAX_SIZE: '50000000',
    ENGINE_WORKER_COUNT: '1',
    SCRATCH_DIRECTORY: join(directory, 'scratch'),
    AWS_ENDPOINT_URL_S3: s3.url,
  });
  Object.assign(process.env, service.objectStorage.environment);
  engine = await service.startEngine();
});

afterEach(() => {
  answerS3 = undefined;
  service.dlcs.clearFailures();
});

afterAll(async () => {
  await service.stop();
  await Promise.all([origin.close(), s3.close()]);
  await rm(directory, { recursive: true });
});

/** Asks the real S3 stand-in, of this bucket or another. */
function passOn(request: IncomingMessage, response: ServerResponse, bucketName = BUCKET): void {
  const path = (request.url ?? '').replace(`/${BUCKET}`, `/${bucketName}`);
  const { method, headers } = request;
  const onward = forward(`${service.objectStorage.url}${path}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  // Who breaks off an upload breaks off what was passed on of it.
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

function s3Error(status: number, code: string): S3Answer {
  return (request, response) => {
    request.resume();
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<Error><Code>${code}</Code><Message>as the test wants it</Message></Error>`);
  };
}

let count = 0;

/** Has the origin answer so; the answer is its URL. */
function originThat(answer: (request: IncomingMessage, response: ServerResponse) => void): string {
  count += 1;
  origins.set(`/${count}.pdf`, answer);
  return `${origin.url}/${count}.pdf`;
}

function serve(body: Buffer | string, contentType = 'application/pdf'): string {
  return originThat((_request, response) =>
    response.writeHead(200, { 'content-type': contentType }).end(body),
  );
}

function redirect(location: () => string): string {
  return originThat((_request, response) => response.writeHead(302, { location: location() }).end());
}

/** Submits one member for each origin. */
async function submit(...urls: readonly string[]): Promise<readonly MemberAnswer[]> {
  const { members } = await service.submit(
    CUSTOMER,
    urls.map((url) => ({
      '@type': 'vocab:Composite',
      id: 'page-{}',
      space: SPACE,
      origin: url,
      incrementSeed: 1,
    })),
  );
  return members;
}

/** A member failed, and says so to whoever asks. */
async function expectFailure({ id: uri }: MemberAnswer, message: RegExp): Promise<void> {
  const member = await eventually(async () => {
    const answer = (await (await service.get(uri)).json()) as MemberAnswer;
    return ['ERROR', 'COMPLETED'].includes(answer.status) ? answer : undefined;
  }, 60_000);
  expect(member).toMatchObject({ status: 'ERROR', error: expect.stringMatching(message) });
  expect(member.dlcs_uris).toBeUndefined();
  expect((await service.get(uri)).status).toBe(422);
}

/** A member left nothing behind: no page, no batch, no file. */
async function expectNothingStored({ id: uri }: MemberAnswer): Promise<void> {
  const memberId = uri.split('/').at(-1) ?? '';
  const storage = new ObjectStorage(
    { name: BUCKET, requestsAtOnce: 1, variables: { name: 'BUCKET', requestsAtOnce: 'REQUESTS' } },
    service.objectStorage.url,
  );
  try {
    const keys: string[] = [];
    for await (const key of storage.list(`composites/${CUSTOMER}/${SPACE}/${memberId}/`)) keys.push(key);
    expect(keys).toEqual([]);
  } finally {
    storage.close();
  }
  expect(await service.database.database('composite.batches').where({ member_id: memberId })).toEqual([]);
  expect(await readdir(join(directory, 'scratch'))).not.toContain(memberId);
}

/** What comes next is processed as ever, by the very worker that met the bad input. */
async function expectNextToBeUntouched(): Promise<void> {
  const before = service.dlcs.takenBatches(CUSTOMER).length;
  const [member] = await submit(serve(await makePdf(3)));
  const { image_count: imageCount } = await service.waitForStatus(member?.id ?? '', 'COMPLETED');
  expect(imageCount).toBe(3);
  const added = service.dlcs.takenBatches(CUSTOMER).slice(before);
  expect(added.map(({ images }) => images.length)).toEqual([3]);
  expect(engine.log.filter(({ msg }) => String(msg).startsWith('a worker ended'))).toEqual([]);
}

/** How many attempts there were at a member, and whether another one follows. */
async function attemptsAt({ id: uri }: MemberAnswer): Promise<{ attempts: number; goesOn: boolean }> {
  const { rows } = await service.database.database.raw(
    `SELECT attempt_count AS attempts, EXISTS (SELECT FROM pgboss.job WHERE job.id = tasks.id) AS "goesOn"
     FROM queue.tasks JOIN composite.members ON members.task_id = tasks.id WHERE members.id = ?`,
    [uri.split('/').at(-1) ?? ''],
  );
  return rows[0];
}

const GOOD_PAGE = { entries: '/MediaBox [0 0 72 72]', content: '1 0 0 rg 0 0 72 72 re f' };

describe('an origin', () => {
  it('that gives no PDF is the error of its member, and of no other', async () => {
    const loop = redirect(() => loop);
    const cases: [origin: string, message: RegExp][] = [
      ['http://no-such-host.invalid/a.pdf', /no-such-host\.invalid\/a\.pdf .*there is no host named/],
      // Nobody listens there, and no client takes it for a port of another protocol.
      ['http://127.0.0.1:2/a.pdf', /127\.0\.0\.1:2 refuses connections/],
      [`${origin.url}/missing.pdf`, /answered 404 Not Found for http:.*\/missing\.pdf$/],
      [originThat((_request, response) => response.writeHead(500).end('x')), /answered 500 /],
      [loop, /redirects in a loop/],
      [redirect(() => 'file:///etc/passwd'), /redirects to file:.*only http: and https: are followed/],
      [redirect(() => `s3://${BUCKET}/a.pdf`), /redirects to s3:.*only http: and https: are followed/],
      ['file:///etc/passwd', /file:\/\/\/etc\/passwd cannot be fetched: file: is not allowed/],
      [
        originThat((_request, response) => {
          response.writeHead(200, { 'content-length': 5_000 });
          response.write('%PDF-1.7\n', () => response.destroy());
        }),
        /was cut short after 9 of 5000 bytes/,
      ],
      [originThat(() => undefined), /was silent for 5 seconds \(ORIGIN_TIMEOUT\)/],
      [serve('<!doctype html><h1>Sign in</h1>', 'text/html'), /sent text\/html, not a PDF/],
      [serve('<!doctype html><h1>Sign in</h1>'), /sent an HTML page \(as application\/pdf\), not a PDF/],
      [serve(''), /sent an empty body/],
      [
        originThat((_request, response) => {
          response.writeHead(200, { 'content-length': 1e12 });
          response.write('%PDF-1.7\n');
        }),
        /is larger than the 50000000 bytes that ORIGIN_MAX_SIZE allows/,
      ],
      [`s3://${BUCKET}/missing.pdf`, /missing\.pdf cannot be fetched: .*NoSuchKey/],
      ['s3://no-such-bucket/a.pdf', /no-such-bucket.*NoSuchBucket/],
    ];
    const mayBeTemporary = [/no host/, /refuses/, /answered 500/, /in a loop/, /cut short/, /was silent/];
    const members = await submit(...cases.map(([url]) => url));
    for (const [index, [, message]] of cases.entries()) {
      await expectFailure(members[index] as MemberAnswer, message);
      await expectNothingStored(members[index] as MemberAnswer);
    }
    await expectNextToBeUntouched();
    // One worker: by now, the end of each of them is stored.
    for (const [index, [, message]] of cases.entries()) {
      const goesOn = mayBeTemporary.some(({ source }) => message.source.includes(source));
      expect([message, await attemptsAt(members[index] as MemberAnswer)]).toEqual([
        message,
        { attempts: 1, goesOn },
      ]);
    }
  });
});

describe('a PDF', () => {
  it('that cannot be read is the error of its member, and of no other', async () => {
    const good = await makePdf(20);
    const cases: [pdf: Buffer, message: RegExp][] = [
      [Buffer.from(`%PDF-1.7\n${'x'.repeat(5_000)}`), /cut off|damaged/],
      [good.subarray(0, good.length / 2), /The PDF is cut off: its end is missing/],
      [await writePdf({ userPassword: 'secret', ownerPassword: 'other' }), /needs a password/],
      [writeRawPdf({ pages: [] }), /No pages can be found/],
      [
        writeRawPdf({ pages: [GOOD_PAGE, { entries: '/MediaBox [0 0 14173 14173]' }] }),
        /^Page 2 .*5\.00 × 5\.00 metres/,
      ],
      [writeRawPdf({ pages: [...Array(20).fill(GOOD_PAGE), 'null', GOOD_PAGE] }), /^Page 21 /],
    ];
    const members = await submit(...cases.map(([pdf]) => serve(pdf)));
    for (const [index, [, message]] of cases.entries()) {
      await expectFailure(members[index] as MemberAnswer, message);
      await expectNothingStored(members[index] as MemberAnswer);
    }
    await expectNextToBeUntouched();
  });

  it('that is unusual is taken all the same', async () => {
    const cmyk = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#0000ff' } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    const pdfs = [
      await writePdf({ ownerPassword: 'other' }, (page) => page.rect(0, 0, 72, 72).fill('#ff0000')),
      await writePdf({}, (page) => page.image(cmyk, 0, 0, { width: 72 })),
      // 5 metres wide.
      await makeColouredPdf([{ widthPoints: 14_173, heightPoints: 72, colour: [0, 200, 0] }]),
    ];
    const before = service.dlcs.takenBatches(CUSTOMER).length;
    const members = await submit(...pdfs.map((pdf) => serve(pdf)));
    const images = new Map<string, readonly [string, number, number, number]>();
    for (const { id } of members) await service.waitForStatus(id, 'COMPLETED');
    for (const { images: taken } of service.dlcs.takenBatches(CUSTOMER).slice(before)) {
      const url = String(taken[0]?.['origin']);
      const memberId = url.split('/').at(-2) ?? '';
      images.set(memberId, await describePicture(url));
    }
    expect(members.map(({ id }) => images.get(id.split('/').at(-1) ?? ''))).toEqual([
      ['72x72', near(254), near(0), near(0)],
      ['72x72', expect.any(Number), expect.any(Number), expect.any(Number)],
      ['14173x72', near(0), near(200), near(0)],
    ]);
    const [, red = 0, green = 0, blue = 0] = images.get(members[1]?.id.split('/').at(-1) ?? '') ?? [];
    // What blue comes out of CMYK is a matter of taste; that it is blue is not.
    expect(blue - Math.max(red, green)).toBeGreaterThan(40);
  });

  it('of 2,000 pages is taken, page by page', async () => {
    const before = service.dlcs.takenBatches(CUSTOMER).length;
    const pdf = writeRawPdf({ inherited: '/MediaBox [0 0 8 8]', pages: Array(2_000).fill({}) });
    const [member] = await submit(serve(pdf));
    const completed = await service.waitForStatus(member?.id ?? '', 'COMPLETED', 120_000);
    expect(completed).toMatchObject({
      image_count: 2_000,
      progress: { pages_done: 2_000, pages_total: 2_000 },
    });
    const taken = service.dlcs.takenBatches(CUSTOMER).slice(before);
    expect(completed.dlcs_uris).toEqual(taken.map(({ uri }) => uri));
    expect(taken.map(({ images }) => images.length)).toEqual(Array(20).fill(100));
    expect(taken.flatMap(({ images }) => images.map(({ id }) => id))).toEqual(
      Array.from({ length: 2_000 }, (_, index) => `page-${index + 1}`),
    );
  });
});

describe('S3', () => {
  it.each<[string, S3Answer, RegExp]>([
    [
      'without the bucket',
      (request, response) => passOn(request, response, 'no-such-bucket'),
      /could not store composites\/7\/4\/.*NoSuchBucket.*DLCS_S3_BUCKET_NAME/,
    ],
    ['that denies', s3Error(403, 'AccessDenied'), /could not store .*AccessDenied.*policy/],
    ['that is overloaded', s3Error(503, 'SlowDown'), /could not store .*SlowDown.*\(HTTP 503\)/],
    [
      'that breaks off',
      (request) => request.socket.destroy(),
      /could not store .*(ECONNRESET|socket hang up)/,
    ],
  ])(
    '%s is the error of the member, and what comes after it is untouched',
    async (_name, answer, message) => {
      answerS3 = answer;
      const [member] = await submit(serve(await makePdf(3)));
      await expectFailure(member as MemberAnswer, message);
      answerS3 = undefined;
      await expectNothingStored(member as MemberAnswer);
      await expectNextToBeUntouched();
    },
  );

  it('that is slow, and overloaded now and then, is waited for', async () => {
    let requests = 0;
    answerS3 = (request, response) => {
      requests += 1;
      if (requests % 3 === 0) s3Error(503, 'SlowDown')(request, response);
      else setTimeout(() => passOn(request, response), 100);
    };
    const [member] = await submit(serve(await makePdf(3)));
    expect(await service.waitForStatus(member?.id ?? '', 'COMPLETED')).toMatchObject({ image_count: 3 });
  });
});

describe('a DLCS', () => {
  it.each<[string, object, RegExp]>([
    [
      'that answers 400',
      { status: 400, body: { description: 'There is no space 4' } },
      /answered 400 to POST .*There is no space 4/,
    ],
    ['that answers 401', { status: 401 }, /answered 401 to POST/],
    ['that answers 500', { status: 500, body: 'out of order' }, /answered 500 to POST .*out of order/],
    ['that is silent', { hang: true }, /gave no answer to POST .* within 5 seconds \(DLCS_TIMEOUT\)/],
    ['that breaks off', { drop: true }, /did not answer POST/],
    ['whose answer is no JSON', { status: 201, body: 'created' }, /is no JSON object: created/],
    ['whose answer has no @id', { status: 201, body: { count: 3 } }, /has no @id: \{"count":3\}/],
  ])('%s is the error of the member, and what comes after it is untouched', async (_name, how, message) => {
    const before = service.dlcs.takenBatches(CUSTOMER).length;
    service.dlcs.fail({ route: 'queue', ...how });
    const [member] = await submit(serve(await makePdf(3)));
    await expectFailure(member as MemberAnswer, message);
    expect(service.dlcs.takenBatches(CUSTOMER)).toHaveLength(before);
    await expectNextToBeUntouched();
  });
});

async function describePicture(url: string): Promise<readonly [string, number, number, number]> {
  const response = await fetch(url);
  const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const middle = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
  const [red = -1, green = -1, blue = -1] = data.subarray(middle, middle + 3);
  return [`${info.width}x${info.height}`, red, green, blue];
}

function near(value: number): unknown {
  return expect.closeTo(value, -1);
}
