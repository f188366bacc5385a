import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchSensitiveTerms } from '../../../../src/apps/ingestion/indexing/sensitive-terms.ts';
import { ingestionSettings } from '../../../../src/apps/ingestion/settings.ts';
import { readInstallation } from '../../../../src/installation.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';

const never = new AbortController().signal;

function urlOf(value: string): string | undefined {
  const { settings } = readInstallation({
    INSTALLED_APPS: 'ingestion',
    DATABASE_URL: 'postgresql://ada@localhost/ada',
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    SENSITIVE_TERMS_URL: value,
  });
  return settings.of(ingestionSettings).search.sensitiveTermsUrl;
}

describe('SENSITIVE_TERMS_URL', () => {
  it.each([
    ['https://example.org/terms.txt', 'https://example.org/terms.txt'],
    [
      'http://localhost:8001/static/mock_sensitive_terms.txt',
      'http://localhost:8001/static/mock_sensitive_terms.txt',
    ],
    ['file:///etc/terms.txt', 'file:///etc/terms.txt'],
    ['/etc/my terms.txt', 'file:///etc/my%20terms.txt'],
  ])('can be %s', (value, url) => {
    expect(urlOf(value)).toBe(url);
  });

  it.each([
    'terms.txt',
    'ftp://example.org/terms.txt',
    'https://ada:word@example.org/',
    'file://host/terms.txt',
  ])('cannot be %s', (value) => {
    expect(() => urlOf(value)).toThrow('SENSITIVE_TERMS_URL');
  });
});

describe('a list of terms in a file', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'terms-'));
    path = join(directory, 'terms of today.txt');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const read = () => fetchSensitiveTerms(pathToFileURL(path), new OutgoingNetwork({}), never);

  it('has a term a line', async () => {
    await writeFile(path, '\uFEFFBird \r\n\nblack hole\nBird\n');
    expect(await read()).toEqual(['Bird', 'black hole']);
  });

  it('is refused where there is no such file', async () => {
    await expect(read()).rejects.toMatchObject({
      name: 'SensitiveTermsError',
      message: expect.stringContaining('no such file'),
    });
  });

  it('is refused where it is not in UTF-8', async () => {
    await writeFile(path, Buffer.from([0x42, 0xff, 0x0a]));
    await expect(read()).rejects.toMatchObject({ name: 'SensitiveTermsError' });
  });

  it('is refused where it is longer than any list', async () => {
    await writeFile(path, Buffer.alloc(10_000_001, 'a'));
    await expect(read()).rejects.toThrow('more than 10000000 bytes');
  });
});
