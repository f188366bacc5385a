import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type SandboxObjectStorage, startSandboxObjectStorage } from '../../src/standalone/object-storage.ts';

const Bucket = 'pages';

let directory: string;
let storage: SandboxObjectStorage;
let client: S3Client;

async function start(): Promise<void> {
  storage = await startSandboxObjectStorage({ directory: join(directory, 's3'), bucketNames: [Bucket] });
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: accessKeyId } = storage.environment;
  const { AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = storage.environment;
  client = new S3Client({
    endpoint: String(endpoint),
    region: String(region),
    credentials: { accessKeyId: String(accessKeyId), secretAccessKey: String(secretAccessKey) },
    forcePathStyle: true,
  });
}

async function stop(): Promise<void> {
  client.destroy();
  await storage.close();
}

function put(Key: string, Body: Buffer, ContentType = 'image/jpeg') {
  return client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
}

async function keys(Prefix: string): Promise<(string | undefined)[]> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return (Contents ?? []).map(({ Key }) => Key);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-s3-'));
  await start();
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

it('has its bucket from the start, and no other', async () => {
  await client.send(new HeadBucketCommand({ Bucket }));
  await expect(client.send(new HeadBucketCommand({ Bucket: 'others' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
});

it('keeps objects with their content type, and lists them in order', async () => {
  await put('a/2.png', Buffer.from('two'), 'image/png');
  await put('a/1.png', Buffer.from('one'), 'image/png');
  await put('b/1.png', Buffer.from('other'));
  expect(await keys('a/')).toEqual(['a/1.png', 'a/2.png']);
  const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket, Key: 'a/1.png' }));
  expect(ContentType).toBe('image/png');
  expect(await Body?.transformToString()).toBe('one');
});

it('takes a page of 40 MB', async () => {
  await put('large.ppm', Buffer.alloc(40_000_000, 1), 'image/x-portable-pixmap');
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: 'large.ppm' }));
  expect(ContentLength).toBe(40_000_000);
});

it('shows an object to a browser', async () => {
  await put('a/1.jpg', Buffer.from('one'));
  const response = await fetch(`${storage.url}/${Bucket}/a/1.jpg`);
  expect(response.headers.get('Content-Type')).toBe('image/jpeg');
  expect(await response.text()).toBe('one');
});

it('overwrites and removes objects', async () => {
  await put('a/1.jpg', Buffer.from('one'));
  await put('a/1.jpg', Buffer.from('changed'));
  await put('a/2.jpg', Buffer.from('two'));
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a/1.jpg' }));
  expect(await Body?.transformToString()).toBe('changed');
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a/1.jpg' }] } }));
  expect(await keys('a/')).toEqual(['a/2.jpg']);
});

it('keeps everything over a restart', async () => {
  await put('a/1.jpg', Buffer.from('one'));
  await stop();
  await start();
  expect(await keys('')).toEqual(['a/1.jpg']);
});

it('says that its port is taken, instead of starting', async () => {
  await expect(
    startSandboxObjectStorage({ directory, bucketNames: [Bucket], port: storage.port }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
