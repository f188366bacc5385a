import { describe, expect, it } from '@jest/globals';
import { OriginHttpRules } from '../../../src/apps/composite/origin-http-rules.ts';
import { type CompositeSettings, compositeSettings } from '../../../src/apps/composite/settings.ts';
import { AllowedNetworks } from '../../../src/platform/http/outgoing/allowed-networks.ts';
import { readSettings } from '../../../src/platform/settings/process-settings.ts';
import { faultsOf } from '../../support/settings.ts';

const BOOLEAN = 'True or False (also 1, on, yes; 0, off, no)';
const URL_RULE = 'a URL that starts with http:// or https://, without credentials, query and fragment';
const SECONDS = 'a whole number from 1 to 2147483';

const NETWORKS =
  'none, or addresses, networks (10.0.0.0/8), hosts (files.example.org, .example.org) and the names loopback, linklocal, uniquelocal, with commas';

function read(environment: NodeJS.ProcessEnv): CompositeSettings {
  return readSettings(environment, [compositeSettings]).of(compositeSettings);
}

describe('the settings of the app', () => {
  it('have the defaults of the deployed service', () => {
    expect(read({})).toEqual({
      submissions: { mostWaitingMembers: 0 },
      origin: {
        chunkSizeBytes: 8192,
        timeoutSeconds: 60,
        maximumSizeBytes: 2_147_483_647,
        downloadTimeoutSeconds: 1800,
        allowedNetworks: AllowedNetworks.PUBLIC,
        bucketNames: [],
        httpRules: OriginHttpRules.NONE,
      },
      rasterizer: {
        engine: 'pdfium',
        threadCount: 3,
        dpi: 500,
        fallbackDpi: 200,
        format: 'jpg',
        maximumLengthPixels: 0,
        pageTimeoutSeconds: 300,
        maximumPages: 10_000,
        brokenPages: 'fail',
        useCropBox: false,
      },
      callers: { refusalMemorySeconds: 10, maximumRefusals: 60, maximumQuestions: 64 },
      dlcs: { apiRoot: 'https://api.dlcs.digirati.io', batchSize: 100, timeoutSeconds: 60 },
      storage: { bucketName: 'dlcs-composite-images', keyPrefix: 'composites', uploadThreads: 8 },
    });
  });

  it('take every variable from the environment', () => {
    expect(
      read({
        COMPOSITE_MAX_WAITING_MEMBERS: '5000',
        ORIGIN_CHUNK_SIZE: '65536',
        ORIGIN_TIMEOUT: '5',
        ORIGIN_MAX_SIZE: '1000000000',
        ORIGIN_DOWNLOAD_TIMEOUT: '90',
        ORIGIN_ALLOWED_NETWORKS: '10.0.0.0/8, files.example.org',
        ORIGIN_S3_BUCKETS: 'scans, reports',
        ORIGIN_HTTP_RULES: '{"5": {}}',
        PDF_RASTERIZER_ENGINE: 'Poppler',
        PDF_RASTERIZER_THREAD_COUNT: '1',
        PDF_RASTERIZER_DPI: '300',
        PDF_RASTERIZER_FALLBACK_DPI: '100',
        PDF_RASTERIZER_FORMAT: 'PNG',
        PDF_RASTERIZER_MAX_LENGTH: '4096',
        PDF_RASTERIZER_PAGE_TIMEOUT: '20',
        PDF_RASTERIZER_MAX_PAGES: '500',
        PDF_RASTERIZER_BROKEN_PAGES: 'blank',
        PDF_RASTERIZER_USE_CROPBOX: 'True',
        DLCS_API_ROOT: 'https://dlcs.example.org/api/',
        DLCS_BATCH_SIZE: '10',
        DLCS_TIMEOUT: '7',
        DLCS_S3_BUCKET_NAME: 'pages',
        DLCS_S3_OBJECT_KEY_PREFIX: '//some/prefix/',
        DLCS_S3_UPLOAD_THREADS: '16',
        DLCS_REFUSAL_MEMORY: '0',
        DLCS_MAX_REFUSALS: '5',
        DLCS_MAX_QUESTIONS: '3',
      }),
    ).toEqual({
      submissions: { mostWaitingMembers: 5_000 },
      origin: {
        chunkSizeBytes: 65_536,
        timeoutSeconds: 5,
        maximumSizeBytes: 1_000_000_000,
        downloadTimeoutSeconds: 90,
        allowedNetworks: expect.any(AllowedNetworks),
        bucketNames: ['scans', 'reports'],
        httpRules: expect.any(OriginHttpRules),
      },
      rasterizer: {
        engine: 'poppler',
        threadCount: 1,
        dpi: 300,
        fallbackDpi: 100,
        format: 'png',
        maximumLengthPixels: 4096,
        pageTimeoutSeconds: 20,
        maximumPages: 500,
        brokenPages: 'blank',
        useCropBox: true,
      },
      callers: { refusalMemorySeconds: 0, maximumRefusals: 5, maximumQuestions: 3 },
      dlcs: { apiRoot: 'https://dlcs.example.org/api', batchSize: 10, timeoutSeconds: 7 },
      storage: { bucketName: 'pages', keyPrefix: 'some/prefix', uploadThreads: 16 },
    });
  });

  it('read jpeg as jpg', () => {
    expect(read({ PDF_RASTERIZER_FORMAT: 'jpeg' }).rasterizer.format).toBe('jpg');
  });

  it('read tif as tiff, and no threads as one, with a warning', () => {
    const settings = readSettings({ PDF_RASTERIZER_FORMAT: 'tif', PDF_RASTERIZER_THREAD_COUNT: '0' }, [
      compositeSettings,
    ]);
    expect(settings.of(compositeSettings).rasterizer).toMatchObject({ format: 'tiff', threadCount: 1 });
    expect(settings.warnings).toEqual([
      'PDF_RASTERIZER_THREAD_COUNT is "0", which is read as 1: write 1.',
      'PDF_RASTERIZER_FORMAT is "tif", which is read as tiff: write tiff.',
    ]);
  });

  it('take a prefix of nothing but slashes as no prefix', () => {
    expect(read({ DLCS_S3_OBJECT_KEY_PREFIX: '/' }).storage.keyPrefix).toBe('');
  });

  it('do not show credentials in a URL', () => {
    expect(faultsOf(() => read({ DLCS_API_ROOT: 'https://me:hunter2@dlcs.example.org' }))).toEqual([
      `DLCS_API_ROOT is "https://[secret]@dlcs.example.org"; it may hold ${URL_RULE}`,
    ]);
  });

  it.each([
    ['ORIGIN_CHUNK_SIZE', '8k', 'a whole number from 1 to 1073741824'],
    ['ORIGIN_TIMEOUT', '2147484', SECONDS],
    ['ORIGIN_MAX_SIZE', '1.5', 'a whole number of at least 0'],
    ['ORIGIN_MAX_SIZE', '99999999999999999999', 'a whole number of at least 0'],
    ['ORIGIN_ALLOWED_NETWORKS', '10.0.0.0/33', NETWORKS],
    ['ORIGIN_ALLOWED_NETWORKS', 'https://example.org', NETWORKS],
    ['PDF_RASTERIZER_ENGINE', 'ghostscript', 'one of pdfium, poppler, pdf2pic'],
    ['PDF_RASTERIZER_THREAD_COUNT', '1e2', 'a whole number from 1 to 256'],
    ['PDF_RASTERIZER_DPI', '0', 'a whole number from 1 to 4800'],
    ['PDF_RASTERIZER_FALLBACK_DPI', '4801', 'a whole number from 1 to 4800'],
    ['PDF_RASTERIZER_FORMAT', 'webp', 'one of ppm, jpeg, jpg, png, tiff'],
    ['PDF_RASTERIZER_MAX_LENGTH', '0x10', 'a whole number of at least 0'],
    ['PDF_RASTERIZER_USE_CROPBOX', '2', BOOLEAN],
    ['DLCS_API_ROOT', 'api.dlcs.digirati.io', URL_RULE],
    ['DLCS_API_ROOT', 'ftp://api.dlcs.digirati.io', URL_RULE],
    ['DLCS_API_ROOT', 'https://api.dlcs.digirati.io/?v=2', URL_RULE],
    ['DLCS_BATCH_SIZE', '0', 'a whole number of at least 1'],
    ['DLCS_TIMEOUT', 'ten', SECONDS],
    ['DLCS_S3_UPLOAD_THREADS', '257', 'a whole number from 1 to 256'],
  ])('are refused with what they hold and may hold: %s=%s', (variable, value, allowed) => {
    expect(faultsOf(() => read({ [variable]: value }))).toEqual([
      `${variable} is "${value}"; it may hold ${allowed}`,
    ]);
  });
});
